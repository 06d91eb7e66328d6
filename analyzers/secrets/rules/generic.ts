/** Secrets of no single vendor: private keys, JSON web tokens, credentials in URLs and in HTTP headers. */
import type { SecretRule } from "../rule.ts";
import { token, wordStart } from "./define.ts";

/** A PEM block up to 16 KiB; without its end line (a truncated or concatenated key) 40 characters of base64 must follow. */
const pemBody = "(?:[A-Za-z0-9+/=\\s:,.()@<>\\\\\"'#\\-]{40,16000}?-----END|(?:\\s|\\\\[nrt])*[A-Za-z0-9+/=\\s\\\\]{40,120})";

export const genericRules: readonly SecretRule[] = [
  token(
    "private-key",
    "private key",
    ["-----begin"],
    `-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----${pemBody}`,
    ["-----BEGIN RSA PRIVATE KEY-----\n{base64:64}\n{base64:64}\n-----END RSA PRIVATE KEY-----", "-----BEGIN OPENSSH PRIVATE KEY-----\n{base64:70}\n{base64:70}\n-----END OPENSSH PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\\n{base64:64}\\n{base64:64}\\n-----END PRIVATE KEY-----\\n", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{base64:64}\n-----END PGP PRIVATE KEY BLOCK-----", "-----BEGIN EC PRIVATE KEY-----\n{base64:64}\n{base64:64}\n-----END EC PRIVATE KEY-----"],
    {
      severity: "critical",
      check: "private-key",
      after: 16400,
      noMatch: ["-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "-----BEGIN PUBLIC KEY-----\n{base64:64}\n{base64:64}\n-----END PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----\n{base64:64}\n-----END CERTIFICATE-----"],
    },
  ),
  token("putty-private-key", "PuTTY private key", ["putty-user-key-file-"], "PuTTY-User-Key-File-[23]: [\\w@.-]{3,40}[\\s\\S]{0,2000}?Private-Lines: \\d{1,3}\\s{1,2}[A-Za-z0-9+/=\\s]{40,8000}", ["PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: k\nPublic-Lines: 1\n{base64:64}\nPrivate-Lines: 1\n{base64:64}\n"], { severity: "critical", check: "private-key", after: 10200 }),
  token("jwt", "JSON web token", ["eyj"], `${wordStart}(ey[A-Za-z0-9_-]{17,2000}\\.ey[A-Za-z0-9/\\\\_-]{17,2000}\\.(?:[A-Za-z0-9/\\\\_-]{10,1000}={0,2})?)(?![A-Za-z0-9_-])`, ["{jwt}"], { severity: "high", check: "jwt", after: 5100, confidence: "medium" }),
  token("jwt-base64", "JSON web token, base64-encoded once more", ["zxlk", "zxlz", "zxlw", "zxlo", "zxlq", "zxlb"], `${wordStart}(ZXlK(?:aGJHY2lPaU|aGNIVWlPaU|aGNIWWlPaU|aGRXUWlPaU|aU5qUWlP|amNtbDBJanBi|amRIa2lPaU|bGNHc2lPbn|bGJtTWlPaU|cWEzVWlPaU|cWQyc2lPbn|cGMzTWlPaU|cGRpSTZJ|cmFXUWlPaU|clpYbGZiM0J6SWpwY|cmRIa2lPaU|dWIyNWpaU0k2|d01tTWlPaU|d01uTWlPaU|d2NIUWlPaU|emRXSWlPaU|emRuUWlPaU|MFlXY2lPaU|MGVYQWlPaU|MWNtd2l|MWMyVWlPaU|MlpYSWlPaU|MlpYSnphVzl1SWpv|NElqb2|NE5XTWlP|NE5YUWlPaU|NE5YUWpVekkxTmlJNkl|NE5YVWlPaU|NmFYQWlPaU)[A-Za-z0-9/+_\\-=]{40,3000})`, ["ZXlKaGJHY2lPaU{alnum:80}"], { severity: "high", after: 3300 }),
  token(
    "url-credentials",
    "password in a URL",
    ["://"],
    "(?<=[a-z0-9+.-][a-z0-9+.-])://[^\\s/:@'\"`<>\\\\|()\\[\\]{},;]{0,100}:([^\\s/@'\"`<>\\\\|\\[\\],;]{2,200})@[A-Za-z0-9$%{_\\[][^\\s'\"`<>\\\\]{0,}",
    ["postgres://app:{alnum:12}@db/app", "https://user:{alnum:20}@example.org/simple", "redis://:{alnum:10}@cache:6379/0", "amqp://svc:{alnum:16}@mq:5672"],
    {
      severity: "high",
      confidence: "medium",
      ignoreCase: true,
      needs: "@",
      after: 360,
      check: "url-password",
      inBinaries: false,
      noMatch: ["http://localhost:8080/a@b", "https://user:${PASSWORD}@example.org", "git+ssh://git@github.com:a/b.git", "http://proxy:{{ password }}@x"],
    },
  ),
  token("url-token", "token in a URL", ["://"], "(?<=[a-z0-9+.-][a-z0-9+.-])://([A-Za-z0-9_]{20,100})@(?:[A-Za-z0-9-]{1,60}\\.){1,6}[a-z]{2,10}(?=[/:\\s\"']|$)", ["https://{alnum:40}@git.example.com/a/b.git"], { severity: "high", confidence: "medium", needs: "@", after: 200, entropy: 3.4, inBinaries: false, noMatch: ["https://{hex:32}@sentry.io/12345"], allow: ["^[a-z_]+$", "^[0-9a-f]{32}$"] }),
  token("basic-auth-header", "HTTP Basic credentials", ["basic "], `(?<![A-Za-z])Basic ([A-Za-z0-9+/]{8,400}={0,2})(?![A-Za-z0-9+/=])`, ["Authorization: Basic {basic}"], { ignoreCase: true, check: "basic-credentials", after: 460, confidence: "medium", inBinaries: false }),
  token("bearer-header", "HTTP Bearer token", ["bearer "], `(?:authorization|auth)["'\`]?[\\]) ]{0,3}[:=,]?\\s{0,3}(?:=>?\\s{0,3})?["'\`]?Bearer ([A-Za-z0-9._~+/-]{16,1200}={0,2})(?![\\w.~+/=-])`, ["Authorization: Bearer {alnum:40}", '"Authorization": "Bearer {hex:40}"'], { ignoreCase: true, before: 40, after: 1300, entropy: 3.2, confidence: "medium", inBinaries: false, check: "password", allow: ["^[A-Za-z._-]+$"] }),
  token("curl-credentials", "user and password of a curl command", ["curl "], `curl [^\\n|;]{0,240}?(?:-u|--user|--proxy-user|-U)(?:[ =]{1,3})?["']?([^\\s"':$<{]{1,60}:(?!\\$)[^\\s"'<{]{3,100})["']?(?=\\s|$|["'])`, ["curl -u admin:{alnum:12} https://example.org", "curl -sS --user 'ci:{alnum:16}' https://example.org"], { severity: "high", confidence: "medium", after: 460, inBinaries: false, check: "curl-user", noMatch: ["curl -u $USER:$PASS https://example.org", "curl -u user:password https://example.org"] }),
  token("curl-header-token", "token in a header of a curl command", ["curl "], `curl [^\\n|;]{0,240}?(?:-H|--header)[ =]{0,3}["'](?:(?:x-)?(?:api|auth|access)[\\w-]{0,20}|authorization|private-token|job-token|deploy-token|x-[\\w-]{0,30}(?:token|key|secret)[\\w-]{0,10}): ?(?:token |bearer |basic |apikey |key )?([^\\s"'$<{][^\\s"'$<{]{7,400})["']`, ['curl -H "X-Api-Key: {alnum:32}" https://example.org', "curl -X POST --header 'PRIVATE-TOKEN: {alnum:20}' https://example.org"], { ignoreCase: true, after: 800, entropy: 2.8, inBinaries: false, check: "password", confidence: "medium" }),
  token("connection-string-password", "password of a connection string", ["password=", "pwd="], `(?:(?:server|host|data source|user id|uid|user|username|initial catalog|database|dbname|port)=[^;\\n"']{0,80};\\s?){1,8}(?:password|pwd)=([^;\\n"'\\s]{3,100})`, ["Server=db;Database=app;User Id=sa;Password={alnum:14};"], { ignoreCase: true, before: 240, after: 120, check: "password", inBinaries: false, confidence: "medium" }),
  token("jdbc-password", "password in a JDBC URL", ["jdbc:"], `jdbc:[a-z0-9:]{2,40}//[^\\s"'<>]{1,160}[?&;]password=([^\\s"'<>&;$\\{]{3,100})`, ["jdbc:postgresql://db/app?user=a&password={alnum:14}"], { ignoreCase: true, after: 340, check: "password", inBinaries: false }),
];
