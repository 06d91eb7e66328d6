/** Hosting, content delivery and application platforms. Formats from the vendors' documentation of their tokens. */
import type { SecretRule } from "../../match/rule.ts";
import { named, prefixed, token, uuid, wordStart } from "../define.ts";

export const hostingRules: readonly SecretRule[] = [
  prefixed("linode-token", "Linode token", "linode_", "linode_[a-f0-9]{64}", ["linode_{hex:64}"]),
  named("linode-api-token", "Linode API token", ["linode"], "[a-f0-9]{64}", ["{hex:64}"]),
  named("vultr-api-key", "Vultr API key", ["vultr"], "[A-Z0-9]{36}", ["{upper:36}"]),
  named("hetzner-api-token", "Hetzner Cloud API token", ["hcloud", "hetzner"], "[A-Za-z0-9]{64}", ["{alnum:64}"], { entropy: 3.5 }),
  prefixed("scaleway-access-key", "Scaleway access key", "SCW", "SCW[A-Z0-9]{17}", ["SCW{upper:17}"], {
    severity: "medium",
    entropy: 3,
    inBinaries: false,
  }),
  named("scaleway-secret-key", "Scaleway secret key", ["scw", "scaleway"], uuid, ["{uuid}"], { nameRest: "secret|key|token" }),
  prefixed("scalingo-api-token", "Scalingo API token", "tk-us-", "tk-us-[\\w-]{48}(?![\\w-])", ["tk-us-{alnum:48}"]),
  prefixed("heroku-api-key", "Heroku API key", "HRKU-", "HRKU-AA[\\w-]{58}(?![\\w-])", ["HRKU-AA{alnum:58}"], { severity: "critical" }),
  named("heroku-legacy-api-key", "Heroku API key", ["heroku"], uuid, ["{uuid}"]),
  prefixed("flyio-token", "Fly.io token", "fo1_", "fo1_[\\w-]{43}(?![\\w-])", ["fo1_{alnum:43}"], { entropy: 4 }),
  prefixed(
    "flyio-macaroon",
    "Fly.io macaroon token",
    "fm1",
    "fm1[ar]_[A-Za-z0-9+/]{100,800}={0,3}|fm2_[A-Za-z0-9+/]{100,800}={0,3}",
    ["fm1r_{alnum:120}", "fm1a_{alnum:120}"],
    { after: 900 },
  ),
  prefixed("flyio-macaroon-v2", "Fly.io macaroon token", "fm2_", "fm2_[A-Za-z0-9+/]{100,800}={0,3}", ["fm2_{alnum:120}"], { after: 900 }),
  prefixed("render-api-key", "Render API key", "rnd_", "rnd_[A-Za-z0-9]{32}", ["rnd_{alnum:32}"], { entropy: 3.5 }),
  named("vercel-token", "Vercel token", ["vercel", "zeit"], "[A-Za-z0-9]{24}", ["{alnum:24}"], {
    nameRest: "token|key|secret",
    entropy: 3.5,
  }),
  token(
    "vercel-scoped-token",
    "Vercel token",
    ["vcp_", "vck_", "vci_", "vca_", "vcr_"],
    `${wordStart}(vc[pkiar]_[A-Za-z0-9]{24,60})(?![A-Za-z0-9])`,
    ["vcp_{alnum:56}", "vck_{alnum:60}"],
    { entropy: 3.5 },
  ),
  token(
    "netlify-token",
    "Netlify token",
    ["nfp_", "nfc_", "nfo_", "nfu_", "nfb_"],
    `${wordStart}(nf[pcoub]_[A-Za-z0-9_]{36})(?![A-Za-z0-9_])`,
    ["nfp_{alnum:36}", "nfc_{alnum:36}"],
  ),
  named("netlify-access-token", "Netlify access token", ["netlify"], "[A-Za-z0-9=_-]{40,46}", ["{alnum:43}"], { entropy: 3 }),
  prefixed("openshift-token", "OpenShift user token", "sha256~", "sha256~[\\w-]{43}(?![\\w-])", ["sha256~{alnum:43}"], { entropy: 3.5 }),
  // Cloudflare says 40 characters and a checksum.
  token(
    "cloudflare-token",
    "Cloudflare API token",
    ["cfut_", "cfat_", "cfk_"],
    `${wordStart}(cf(?:ut|at|k)_[\\w-]{40,56})(?![\\w-])`,
    ["cfut_{alnum:40}{hex:8}", "cfat_{alnum:40}{hex:8}", "cfk_{alnum:40}{hex:8}"],
    { severity: "critical", entropy: 3.5 },
  ),
  token(
    "cloudflare-tunnel-token",
    "Cloudflare tunnel token",
    ["eyjhijoi"],
    // Base64 of `{"a":"` and 32 hex digits, whose groups of four can only begin with one of five letters.
    `${wordStart}(eyJhIjoi(?:[MNOYZ][A-Za-z0-9]{3}){10}[A-Za-z0-9+/]{60,240}={0,2})(?![A-Za-z0-9+/=])`,
    [`eyJhIjoi${"MWE2".repeat(1)}YjJjM2Q0ZTVmNjA3MTgyOTNhNGI1YzZkN2U4{alnum:120}`],
    { severity: "critical", after: 320 },
  ),
  prefixed("vercel-blob-token", "Vercel Blob token", "vercel_blob_rw_", "vercel_blob_rw_[A-Za-z0-9]{16}_[A-Za-z0-9]{30,40}", [
    "vercel_blob_rw_{alnum:16}_{alnum:31}",
  ]),
  prefixed("upcloud-token", "UpCloud API token", "ucat_01", "ucat_01[A-Z0-9]{24}", ["ucat_01{upper:24}"]),
  prefixed("deno-deploy-token", "Deno Deploy token", "ddp_", "dd[pw]_[A-Za-z0-9]{36}", ["ddp_{alnum:36}"], { entropy: 3.5 }),
  prefixed("inngest-signing-key", "Inngest signing key", "signkey-", "signkey-(?:prod|branch)-[0-9a-f]{64}", ["signkey-prod-{hex:64}"], {
    entropy: 3,
  }),
  prefixed("trigger-dev-key", "Trigger.dev secret key", "tr_prod_", "tr_prod_[A-Za-z0-9]{20,24}", ["tr_prod_{alnum:20}"], { entropy: 3.2 }),
  prefixed("zuplo-key", "Zuplo API key", "zpka_", "zpka_[a-z0-9]{32}_[a-f0-9]{8}", ["zpka_{lower:32}_{hex:8}"]),
];
