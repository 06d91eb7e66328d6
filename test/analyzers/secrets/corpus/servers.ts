/** Files of servers, devices and tools with a secret in a grammar of their own, and ordinary ones beside them. Templates: see `fill-template.ts`. */
import { fillTemplate } from "../fill-template.ts";

const hexOf = (text: string): string => Buffer.from(fillTemplate(text)).toString("hex");

/** Path → what it says. */
export const serverFiles: readonly (readonly [path: string, content: string | (() => string)])[] = [
  ["etc/snmp/snmpd.conf", "agentAddress udp:161\nrocommunity {alnum:12} 192.0.2.0/24\nsysContact ops\n"],
  ["etc/snmp/named.conf", "com2sec monitoring 192.0.2.0/24 {alnum:14}\ngroup ro v2c monitoring\n"],
  ["etc/snmp/traps.conf", "rwcommunity6 {alnum:10}\n"],
  ["etc/network/switch.cfg", "hostname sw1\nsnmp-server community {alnum:12} RO 10\nntp server 192.0.2.1\n"],
  ["etc/network/router.cfg", "aaa new-model\ntacacs-server key {alnum:14}4\n"],
  ["etc/network/edge.cfg", "username ops privilege 15 password 0 {alnum:12}4\n"],
  ["etc/network/vpn.cfg", "crypto isakmp key {alnum:18}4 address 192.0.2.7\n"],
  ["etc/pam_radius_auth.conf", "# server secret timeout\nradius.example.org:1812 {alnum:16} 5\n"],
  ["etc/raddb/server", "192.0.2.10 {alnum:16}\n"],
  ["etc/squid/squid.conf", "http_port 3128\ncachemgr_passwd {alnum:12}4 info stats/objects\n"],
  ["etc/proftpd/sql.conf", "SQLBackend mysql\nSQLConnectInfo ftp@db.internal:3306 ftpd {alnum:12}4\n"],
  ["etc/turnserver.conf", "realm=example.org\nuser=caller:{alnum:14}\n"],
  ["etc/ceph/ceph.client.backup.keyring", '[client.backup]\n\tkey = AQ{base64:36}==\n\tcaps osd = "allow rw"\n'],
  ["var/solr/data/security.json", '{"authentication":{"class":"solr.BasicAuthPlugin","credentials":{"ops":"{base64:43}= {base64:43}="}}}'],
  ["etc/nagios/resource.cfg", "$USER1$=/usr/lib/nagios/plugins\n$USER3$=monitor\n$USER4$={alnum:14}4\n"],
  ["etc/apt/auth.conf.d/internal.conf", "machine apt.example.org\nlogin ci\npassword {alnum:14}\n"],
  ["root/.lftprc", "set ssl:verify-certificate yes\nopen -u mirror,{alnum:12} ftp.example.org\n"],
  ["opt/bin/upload.sh", "#!/bin/sh\nftp -inv ftp.example.org <<END\nuser robot {alnum:12}\nput report.csv\nbye\nEND\n"],
  ["opt/bin/quote.sh", "#!/bin/sh\nftp -n host <<'EOF'\nquote USER robot\nquote PASS {alnum:12}\nEOF\n"],
  ["opt/bin/poll.sh", "#!/bin/sh\nsnmpwalk -v2c -c {alnum:12} 192.0.2.1 sysDescr\n"],
  ["opt/bin/register.sh", "#!/bin/sh\nsubscription-manager register --org=42 --activationkey={alnum:24}\n"],
  ["srv/session/cookies.txt", "# Netscape HTTP Cookie File\n.example.org\tTRUE\t/\tTRUE\t1999999999\tsession_id\t{alnum:48}\n"],
  ["srv/hex/token.conf", () => `blob=${hexOf("ghp_{crc32}")}\n`],
  ["srv/hex/upper.conf", () => `blob=${hexOf("DB_PASSWORD={alnum:14}").toUpperCase()}\n`],
  ["srv/hex/key.txt", () => hexOf("-----BEGIN EC PRIVATE KEY-----\n{base64:64}\n{base64:64}\n-----END EC PRIVATE KEY-----\n")],
  ["srv/report.R", 'con <- dbConnect(drv, user = "app", password = "hRwTqZbKpXcVmNdG")\n'],
];

/** Path → what it says: nothing that should alarm. */
export const ordinaryServerFiles: readonly (readonly [path: string, content: string])[] = [
  ["etc/snmp/default.conf", "rocommunity public localhost\nrwcommunity private 127.0.0.1\ncom2sec readonly default public\n"],
  ["etc/squid/none.conf", "cachemgr_passwd disable shutdown\ncachemgr_passwd none all\n"],
  ["etc/nagios/paths/resource.cfg", "$USER1$=/usr/lib/nagios/plugins\n$USER2$=/usr/lib/nagios/eventhandlers\n$USER3$=monitor\n"],
  ["srv/deploy/annotations.yaml", "checksum/secret: {hex:64}\nchecksum/config: {hex:64}\n"],
  ["srv/deploy/arn.env", "DB_SECRET=arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/orders-a1B2c3\n"],
  ["srv/ansible/user.yml", "- user:\n    name: app\n    update_password: on_create\n"],
  ["srv/setup.cfg", "[flake8]\nper-file-ignores =\n  tests/test_password.py:S105,S106\n"],
  ["srv/assets-manifest.json", '{"token.css":"token.{hex:8}.css","secret.js":"secret.{hex:8}.js"}'],
  ["srv/ask.bat", "@echo off\r\nset /p PASSWORD=Enter it here: \r\n"],
  ["srv/fields.ts", 'export enum Fields { Password = "newPassword2", Token = "sessionTokenV1" }\n'],
  ["srv/run.sh", "#!/bin/sh\nTOKEN=`cat /run/token`\nPASSWORD=`pass show db`\napt-get install -y passwd=1:4.13+dfsg1-1 libsecret-1-0\n"],
  ["srv/parse.js", "/**\n * @type {string}\n * the token returned by the server\n * @param password the word after\n */\nexport {};\n"],
  ["srv/prompt.js", "const pw = await read.password('New password: ');\n"],
  ["srv/notes.py", "# see https://discuss.example.org/t/how-to-install-2-packages-at-once-and-more/1234\n"],
  ["srv/rebase.txt", "A commit whose message is identified by 'squash2' is melded.\n"],
  ["srv/curve.java", 'add("7B6AA5D85E572983E6FB32A7CDEBC140", "27B6916A894D3AEE7106FE805FC34B44");\n'],
  ["srv/digits.java", 'char[] digits = "0123456789ABCDEF".toCharArray();\n'],
  ["srv/page.1", "\\fBMESSAGE_ID=\\fR{hex:32}\nThe password is locked\\&.\n"],
  ["srv/hashes.txt", "{hex:64}\n{hex:40}\n{HEX:64}\n"],
  ["srv/npmrc-help.txt", "//registry.example.org/:_authToken=MYTOKEN1\n"],
].map(([path, content]) => [path!, fillTemplate(content!)] as const);
