/** Private keys, in the text formats that programs use for them. */
import type { SecretRule } from "../match/rule.ts";
import { token } from "./define.ts";

/**
 * A PEM block of up to 16 KiB. Without its end line (a truncated or concatenated key) 40 characters of base64 must follow. Five dashes end
 * it, whatever they begin, so that nothing after the next block's first line is examined.
 */
const pemBody =
  "(?:(?:[A-Za-z0-9+/=\\s:,.()@<>\\\\\"'#]|-(?!----)){40,16000}-----END|(?:\\s|\\\\[nrt]){0,40}[A-Za-z0-9+/=\\s\\\\]{40,120})";

export const keyRules: readonly SecretRule[] = [
  token(
    "private-key",
    "private key",
    ["-----begin"],
    `-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----${pemBody}`,
    [
      "-----BEGIN RSA PRIVATE KEY-----\n{base64:64}\n{base64:64}\n-----END RSA PRIVATE KEY-----",
      "-----BEGIN OPENSSH PRIVATE KEY-----\n{base64:70}\n{base64:70}\n-----END OPENSSH PRIVATE KEY-----",
      "-----BEGIN PRIVATE KEY-----\\n{base64:64}\\n{base64:64}\\n-----END PRIVATE KEY-----\\n",
      "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{base64:64}\n-----END PGP PRIVATE KEY BLOCK-----",
      "-----BEGIN EC PRIVATE KEY-----\n{base64:64}\n{base64:64}\n-----END EC PRIVATE KEY-----",
    ],
    {
      severity: "critical",
      check: "private-key",
      after: 16400,
      noMatch: [
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\n{base64:64}\n{base64:64}\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\n{base64:64}\n-----END CERTIFICATE-----",
      ],
    },
  ),
  token(
    "putty-private-key",
    "PuTTY private key",
    ["putty-user-key-file-"],
    "PuTTY-User-Key-File-[23]: [\\w@.-]{3,40}[\\s\\S]{0,2000}?Private-Lines: \\d{1,3}\\s{1,2}[A-Za-z0-9+/=\\s]{40,8000}",
    ["PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: k\nPublic-Lines: 1\n{base64:64}\nPrivate-Lines: 1\n{base64:64}\n"],
    { severity: "critical", check: "private-key", after: 10200 },
  ),
  token(
    "ssh2-private-key",
    "SSH private key in SSH2 form",
    ["begin ssh2 encrypted private key"],
    "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----[\\s\\S]{0,200}?\\n([A-Za-z0-9+/=\\s]{40,8000})",
    ['---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: "x"\n{base64:64}\n{base64:64}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----'],
    { severity: "critical", before: 6, after: 8300 },
  ),
  token(
    "jwk-private-key",
    "private JSON web key",
    ['"kty"'],
    '"kty"\\s{0,5}:\\s{0,5}"(?:RSA|EC|OKP|oct)"[^{}]{0,1500}?"(?:d|k)"\\s{0,5}:\\s{0,5}"([A-Za-z0-9_-]{20,700})"',
    ['{"kty":"EC","crv":"P-256","x":"{alnum:43}","y":"{alnum:43}","d":"{alnum:43}"}', '{"kty": "oct", "k": "{alnum:43}"}'],
    { severity: "critical", after: 2400, entropy: 3.5 },
  ),
  token(
    "jwk-private-key-first",
    "private JSON web key",
    ['"kty"'],
    '"(?:d|k)"\\s{0,5}:\\s{0,5}"([A-Za-z0-9_-]{20,700})"[^{}]{0,1500}?"kty"\\s{0,5}:\\s{0,5}"(?:RSA|EC|OKP|oct)"',
    ['{"d":"{alnum:43}","kty":"EC","crv":"P-256","x":"{alnum:43}","y":"{alnum:43}"}'],
    { severity: "critical", before: 2300, after: 24, entropy: 3.5 },
  ),
  token(
    "xml-rsa-private-key",
    "private RSA key in XML",
    ["<rsakeyvalue>"],
    "<RSAKeyValue>[\\s\\S]{0,2400}?<D>([A-Za-z0-9+/=\\s]{40,900})</D>",
    ["<RSAKeyValue><Modulus>{base64:64}</Modulus><Exponent>AQAB</Exponent><D>{base64:64}</D></RSAKeyValue>"],
    { severity: "critical", after: 3400 },
  ),
  token(
    "openvpn-static-key",
    "OpenVPN static key",
    ["openvpn static key"],
    "-----BEGIN OpenVPN Static key V1-----\\s{1,4}((?:[0-9a-fA-F]{32}\\s{1,4}){4,16})",
    ["-----BEGIN OpenVPN Static key V1-----\n{hex:32}\n{hex:32}\n{hex:32}\n{hex:32}\n{hex:32}\n-----END OpenVPN Static key V1-----"],
    { severity: "critical", before: 12, after: 700 },
  ),
  token(
    "cloudflare-tunnel-certificate",
    "certificate that manages Cloudflare tunnels",
    ["begin argo tunnel token"],
    "-----BEGIN ARGO TUNNEL TOKEN-----\\s{1,4}([A-Za-z0-9+/=\\s]{40,4000})",
    ["-----BEGIN ARGO TUNNEL TOKEN-----\n{base64:64}\n{base64:64}\n-----END ARGO TUNNEL TOKEN-----"],
    { severity: "critical", before: 6, after: 4100 },
  ),
  token(
    "nkey-seed",
    "NATS key",
    ["nkey seed"],
    "-----BEGIN (?:USER|ACCOUNT|OPERATOR|SERVER|CLUSTER|CURVE) NKEY SEED-----\\s{1,4}(S[A-Z2-7]{57})",
    ["-----BEGIN USER NKEY SEED-----\nSUA{base32:55}\n------END USER NKEY SEED------"],
    { severity: "critical", before: 24, after: 90 },
  ),
  token(
    "maven-master-password",
    "master password of Maven, which its own fixed key decrypts",
    ["<master>"],
    "<master>\\s{0,40}(\\{[A-Za-z0-9+/]{40,200}={0,2}\\})\\s{0,40}</master>",
    ["<settingsSecurity>\n  <master>{{base64:64}}</master>\n</settingsSecurity>"],
    { severity: "medium", after: 300 },
  ),
];
