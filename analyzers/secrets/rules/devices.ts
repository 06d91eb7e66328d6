/** Secrets of networks: SNMP communities, RADIUS and TACACS keys, passwords in the configuration of routers and switches. */
import type { SecretRule } from "../match/rule.ts";
import { token } from "./define.ts";

/** What everybody's example says. */
const ordinaryCommunities = "^(?:public|private|community|default|none|read|write|ro|rw)$";

export const deviceRules: readonly SecretRule[] = [
  token(
    "snmp-community",
    "SNMP community",
    [
      "rocommunity",
      "rwcommunity",
      "com2sec",
      "trapcommunity",
      "authcommunity ",
      "snmp-server community ",
      "snmp-server host ",
      "trapsink ",
    ].concat(["trap2sink ", "informsink ", "snmp community "]),
    `(?:(?<!#[ \\t]{0,3}|[\\w.-])(?:r[ow]community6?|trapcommunity|authcommunity \\S{1,40})[ \\t]{1,8}|(?<!#[ \\t]{0,3}|[\\w.-])com2sec6?[ \\t]{1,8}(?:-Cn \\S{1,40} )?\\S{1,60}[ \\t]{1,8}\\S{1,80}[ \\t]{1,8}|(?<!#[ \\t]{0,3}|[\\w.-])(?:trap2?|inform)sink[ \\t]{1,8}\\S{1,80}[ \\t]{1,8}|snmp(?:-server)? community |snmp-server host \\S{1,60}(?: traps?| informs?)?(?: version 2?[1c]{1,2})? )["']?([^\\s"'<>{}$]{4,64})(?=["']?(?:\\s|$))`,
    [
      "rocommunity {alnum:14} 10.0.0.0/8\n",
      "rwcommunity6 {alnum:10}7x\n",
      "com2sec readonly default {alnum:12}7x\n",
      "com2sec -Cn ctx local localhost {alnum:12}7x\n",
      "snmp-server community {alnum:12} RO\n",
      "trap2sink 10.0.0.9 {alnum:12} 162\n",
      "set snmp community {alnum:12} authorization read-only\n",
    ],
    {
      ignoreCase: true,
      before: 20,
      after: 260,
      inBinaries: false,
      check: "password",
      confidence: "medium",
      allow: [ordinaryCommunities, "^(?:version|informs?|traps?)$"],
      noMatch: ["rocommunity public localhost\n", "com2sec readonly default public\n", "# rocommunity: a community that may read\n"],
    },
  ),
  token(
    "network-device-password",
    "password in the configuration of a network device",
    [
      " password 0 ",
      " password 7 ",
      " secret 0 ",
      "tacacs-server ",
      "radius-server ",
      "isakmp key ",
      "enable password ",
      "pre-shared-key ascii-text ",
    ].concat(["key-string ", "wpa-psk ascii "]),
    `(?: (?:password|secret) [07] |(?:tacacs|radius)-server (?:host \\S{1,60} )?(?:[\\w-]{1,20} \\d{1,6} ){0,4}key (?:[0-9] )?|isakmp key (?:[06] )?|enable password (?:level \\d{1,2} )?(?:[07] )?|pre-shared-key ascii-text |key-string (?:[07] )?|wpa-psk ascii (?:[07] )?)["']?([^\\s"'<>{}$]{4,100})(?=["']?(?:[\\s;]|$))`,
    [
      "username admin privilege 15 password 0 {alnum:12}7x\n",
      "line vty 0 4\n password 7 {hex:18}\n",
      "tacacs-server key {alnum:14}7x\n",
      "radius-server host 10.0.0.9 auth-port 1812 key 7 {hex:20}\n",
      "crypto isakmp key {alnum:16}7x address 0.0.0.0\n",
      "enable password {alnum:12}7x\n",
      'pre-shared-key ascii-text "{alnum:16}7x";\n',
    ],
    {
      before: 1,
      after: 220,
      inBinaries: false,
      check: "literal",
      confidence: "medium",
      noMatch: ["enable password authentication\n", "the password 7 is a number", "radius-server key <key>\n"],
    },
  ),
  token(
    "server-user-password",
    "password in a directive of a server",
    ["cachemgr_passwd ", "sqlconnectinfo ", "sqlnamedconnectinfo "],
    `cachemgr_passwd ([^\\s"']{4,100}) \\w|SQL(?:Named)?ConnectInfo (?:\\w{1,40} \\w{1,40} )?[\\w.-]{1,60}@[\\w.:/-]{1,80} \\S{1,60} ([^\\s"']{4,100})`,
    ["cachemgr_passwd {alnum:11}7x all\n", "SQLConnectInfo app@localhost:3306 app {alnum:11}7x\n"],
    {
      ignoreCase: true,
      after: 330,
      inBinaries: false,
      check: "literal",
      confidence: "medium",
      allow: ["^(?:disable|none)$"],
      noMatch: ["cachemgr_passwd disable shutdown offline_toggle\n", "cachemgr_passwd cache_peer cache_peer_access"],
    },
  ),
  token(
    "ceph-key",
    "Ceph key",
    ["key = aq", "key=aq", "key: aq"],
    "(?:key|secret) ?[=:] ?(AQ[A-Za-z0-9+/]{36}==)(?![A-Za-z0-9+/=])",
    ["[client.admin]\n\tkey = AQ{base64:36}==\n"],
    { ignoreCase: false, before: 8, after: 60, entropy: 3.5 },
  ),
  token(
    "solr-credentials",
    "hash of a Solr password",
    ['"credentials"'],
    `"credentials"\\s{0,8}:\\s{0,8}\\{\\s{0,20}"[^"\\n]{1,80}"\\s{0,8}:\\s{0,8}"([A-Za-z0-9+/]{43}= [A-Za-z0-9+/]{20,43}={0,2})"`,
    ['{"class":"solr.BasicAuthPlugin","credentials":{"admin":"{base64:43}= {base64:43}="}}'],
    { after: 280, inBinaries: false, severity: "medium" },
  ),
];
