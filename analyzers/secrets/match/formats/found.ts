/** Results of the file parsers, in the form of a rule's match. */
import type { RuleMatch } from "../match-rule.ts";
import { isDocumentationExample, isPlaceholder } from "../values/placeholder.ts";
import { isReference } from "../values/checks.ts";
import type { NamedRule } from "../rule.ts";
import type { Severity } from "../../../../src/base/severity.ts";

const structural = (id: string, title: string, severity: Severity): NamedRule => ({
  kind: "named",
  id,
  title,
  severity,
  names: [],
  value: "",
  match: [],
});

/** Rules without a pattern, for text recognised by its place. */
export const structuralRules = {
  keyValue: structural("key-value", "secret by its name", "high"),
  credentialsFile: structural("credentials-file", "credentials kept by a program", "high"),
  passwordHash: structural("password-hash", "hash of a password", "medium"),
  shellHistory: structural("shell-history", "secret typed into a shell", "high"),
  sensitiveFile: structural("sensitive-file", "file that usually holds secrets", "medium"),
  derPrivateKey: structural("der-private-key", "private key", "critical"),
  keyStore: structural("key-store", "private key in a key store", "medium"),
  passwordDatabase: structural("password-database", "database of passwords", "medium"),
  secretName: structural("secret-name", "name that is used for secrets", "info"),
} as const;

/** A secret identified by a format's own grammar; null for placeholders and references. */
export function credential(
  secret: string,
  start: number,
  key: string | null,
  rule: NamedRule = structuralRules.credentialsFile,
): RuleMatch | null {
  // Like a reference, a crypt(3) hash begins with $.
  if (
    secret === "" ||
    (rule !== structuralRules.passwordHash && isReference(secret)) ||
    (isPlaceholder(secret) && !/^(?:password|secret|admin)$/i.test(secret))
  )
    return null;
  const example = isDocumentationExample(secret);
  return { rule, severity: example ? "low" : rule.severity, confidence: example ? "low" : "medium", start, secret, key };
}

export function present<T>(item: T | null): item is T {
  return item !== null;
}
