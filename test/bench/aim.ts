export interface Aim {
  /** What is aimed at, with its number: `create ≥ 0.4× of the control at 16 clients`. */
  readonly aim: string
  readonly met: boolean
  /** What was measured, with its unit. */
  readonly figure: string
  /** What keeps it from being met; say a measured cause. */
  readonly limit?: string
}

/** One line per aim, as every bench ends. */
export function aims(list: readonly Aim[]): string {
  return list
    .map(({aim, met, figure, limit}) => {
      if (met) return `- aim ${aim}: met (${figure})`
      return `- aim ${aim}: NOT met (${figure})${limit === undefined ? '' : `, limited by ${limit}`}`
    })
    .join('\n')
}
