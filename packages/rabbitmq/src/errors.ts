/** The broker is away, blocked or too slow. What could not be published now can be later, unchanged. */
export class RabbitUnavailableError extends Error {
  override name = 'RabbitUnavailableError';
}

/** The broker gave a message back: no queue is bound for it. */
export class UnroutableError extends Error {
  override name = 'UnroutableError';
}

/** The broker has an exchange or a queue of this name that is another. Only a person can say which is right. */
export class DeclaredOtherwiseError extends Error {
  override name = 'DeclaredOtherwiseError';
}

export class NoSuchQueueError extends Error {
  override name = 'NoSuchQueueError';
}
