/** Where it is said what happens to connections and messages; a pino logger is one, and so is `console`. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
