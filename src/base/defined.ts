type Defined<T> = { readonly [Key in keyof T]?: NonNullable<T[Key]> };

/** The properties that have a value. Those that are undefined or null are left out: absent from JSON, and not set where options are spread. */
export function defined<const T extends object>(properties: T): Defined<T> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined && value !== null)) as Defined<T>;
}
