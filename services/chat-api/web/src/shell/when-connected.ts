/** Loads a part of the app that comes late; without a connection as soon as there is one. */
export async function whenConnected<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load()
    } catch (error) {
      if (navigator.onLine) throw error
      await new Promise((resolve) => addEventListener('online', resolve, {once: true}))
    }
  }
}
