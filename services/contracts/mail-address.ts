/** One plain address, also of a machine without dots, such as you@localhost; the mail server decides whether it exists. */
export const MAIL_ADDRESS = /^[^\s<>()[\]\\,;:"@]{1,64}@[^\s<>()[\]\\,;:"@]{1,189}$/u
