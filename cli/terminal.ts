/** A stream that the command line writes to: a terminal, a pipe, or a list of strings in a test. */
export interface TextSink {
  write(text: string): void
  readonly isTTY: boolean
  /** Width in columns; 80 when it is no terminal. */
  readonly columns: number
  /** Height in lines; undefined when it is no terminal. */
  readonly rows?: number | undefined
  /** Calls back whenever the terminal gets another size, until the returned function is called. */
  readonly onResize?: (resized: () => void) => () => void
}

export interface Terminal {
  readonly stdout: TextSink
  readonly stderr: TextSink
}

/** What the environment says about looks; read once, in the composition root. */
export interface Looks {
  /** 16 colours on stdout, and on stderr. */
  readonly colour: {readonly stdout: boolean; readonly stderr: boolean}
  /** Symbols beyond ASCII. */
  readonly unicode: boolean
  /** No tables, no animation: "label: value" lines. */
  readonly accessible: boolean
  /** Whether lines that stand there may be changed: neither for screen readers nor with TERM=dumb. */
  readonly animated: boolean
}
