/** Takes spans and forgets them; says its port. */
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'

const server = createServer((request, response) => {
  request.resume()
  request.once('end', () => response.writeHead(202).end())
})
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
process.once('disconnect', () => process.exit())
