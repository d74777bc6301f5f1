/** Of the HTTP API and the events, not of the program: it rises when something is added to them. */
export const CONTRACT_VERSION = '1.0'
