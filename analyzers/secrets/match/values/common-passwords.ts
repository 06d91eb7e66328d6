/** Words at the top of lists of stolen passwords that are unlikely to mean anything else where a password is expected. */
const common = new Set(
  `letmein sunshine iloveyou topsecret supersecret supersecretpassword mysecretpassword secretpassword verysecret verysecretpassword secretsecret
   qwerty qwertyuiop qwertz azerty asdfgh asdfghjkl zxcvbn zxcvbnm princess dragon monkey football baseball superman batman starwars trustnoone
   correcthorsebatterystaple swordfish opensesame sesame pokemon liverpool chelsea arsenal
   rootroot toor adminadmin adminpassword rootpassword welcomewelcome`.split(/\s+/),
);

/** True for a password of letters that attackers try first. Punctuation at the end is ignored. */
export function isCommonPassword(text: string): boolean {
  return common.has(text.toLowerCase().replace(/[!.?*#]{1,3}$/, ""));
}
