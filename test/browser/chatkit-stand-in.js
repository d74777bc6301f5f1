// Stands for the vendor's script: defines the element, and speaks the protocol as plainly as can be.
class StandIn extends HTMLElement {
  #items = new Map()
  #thread
  #options

  setOptions(options) {
    this.#options = options
  }

  connectedCallback() {
    this.innerHTML =
      '<div role="log" tabindex="0"></div><form><input aria-label="Message" size="40"><button>Send</button></form>'
    const frame = document.createElement('iframe')
    frame.src = new URL('/frame.html', document.querySelector('meta[name=todo5-chatkit]').content).href
    frame.title = this.#options.frameTitle
    frame.height = 40
    this.append(frame)
    this.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault()
      const box = this.querySelector('input')
      const input = {content: [{type: 'input_text', text: box.value}], attachments: [], inference_options: {}}
      box.value = ''
      void (this.#thread
        ? this.#send('threads.add_user_message', {thread_id: this.#thread, input})
        : this.#send('threads.create', {input}))
    })
  }

  async #send(type, params) {
    const {url, fetch} = this.#options.api
    const answer = await fetch(url, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify({type, params, metadata: {}}),
    })
    let text = ''
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
      text += part
      for (let end; (end = text.indexOf('\n\n')) !== -1; text = text.slice(end + 2))
        this.#take(JSON.parse(text.slice('data: '.length, end)))
    }
  }

  #take(event) {
    if (event.type === 'thread.created') this.#thread = event.thread.id
    if (event.item) this.#items.set(event.item.id, structuredClone(event.item))
    if (event.type === 'thread.item.removed') this.#items.delete(event.item_id)
    if (event.type === 'thread.item.updated') {
      const {content} = this.#items.get(event.item_id)
      const {content_index: index, delta, content: part} = event.update
      if (part) content[index] = {...part}
      else content[index].text += delta
    }
    this.querySelector('[role=log]').replaceChildren(
      ...[...this.#items.values()].map((item) => {
        const line = document.createElement('div')
        line.dataset.type = item.type
        if (item.type === 'widget') line.append(this.#drawn(item.widget, item.id))
        else line.textContent = item.content.map(({text}) => text).join('')
        return line
      }),
    )
  }

  #drawn(component, itemId) {
    const element = document.createElement(component.type === 'Button' ? 'button' : 'div')
    element.textContent = component.label ?? component.value ?? ''
    if (component.type === 'Button') {
      const {type, payload} = component.onClickAction
      element.addEventListener('click', () => {
        void this.#send('threads.custom_action', {
          thread_id: this.#thread,
          item_id: itemId,
          action: {type, payload},
        })
      })
    }
    element.append(...(component.children ?? []).map((child) => this.#drawn(child, itemId)))
    return element
  }
}
customElements.define('openai-chatkit', StandIn)
