/** Words that lists of stolen passwords begin with, and that hardly name anything where a password is meant: no label, no field, no type. */
const common = new Set(
  `letmein sunshine iloveyou topsecret supersecret supersecretpassword mysecretpassword secretpassword verysecret verysecretpassword secretsecret
   qwerty qwertyuiop qwertz azerty asdfgh asdfghjkl zxcvbn zxcvbnm princess dragon monkey football baseball superman batman starwars trustnoone
   correcthorsebatterystaple swordfish opensesame sesame pokemon liverpool chelsea arsenal
   rootroot toor adminadmin adminpassword rootpassword welcomewelcome`.split(/\s+/),
);

/** True for a password that everybody tries first, of letters alone. Signs that people put behind it are left out. */
export function isCommonPassword(text: string): boolean {
  return common.has(text.toLowerCase().replace(/[!.?*#]{1,3}$/, ""));
}
