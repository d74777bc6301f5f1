import {MailError, type Mailer} from '../../ports/mailer.ts'
import {composeMail} from '../mails/compose-mail.ts'
import {type Channel, DeliveryError} from './channel.ts'

export function createEmailChannel({mailer, publicUrl}: {mailer: Mailer; publicUrl: string}): Channel {
  return {
    name: 'email',
    async deliver(parcel, {timeoutMs}) {
      const {email} = parcel.recipient
      if (email === null) {
        throw new DeliveryError('no_address', 'The user has no e-mail address.', {permanent: true})
      }
      const mail = composeMail(parcel, publicUrl)
      try {
        const receipt = await mailer.send({to: email, messageId: parcel.messageId, ...mail}, {timeoutMs})
        return receipt.response
      } catch (error) {
        if (!(error instanceof MailError)) throw error
        const code = error.permanent ? 'refused' : 'smtp'
        throw new DeliveryError(code, error.message, {permanent: error.permanent, cause: error})
      }
    },
  }
}
