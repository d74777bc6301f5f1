/** An iPhone, an iPad, also one that says that it is a Mac: these push to installed apps alone, whichever the browser. */
export const isAppleTouch = ({
  userAgent,
  maxTouchPoints,
}: {
  readonly userAgent: string
  readonly maxTouchPoints: number
}): boolean => /\b(?:iPhone|iPad|iPod)\b/u.test(userAgent) || (/\bMacintosh\b/u.test(userAgent) && maxTouchPoints > 1)
