/** A database or manifest that cannot be read as what it claims to be. The message is a sentence without its subject, which is the file. */
export class PackageDataError extends Error {}
