/** Model providers. Formats from the vendors' documentation of their tokens. */
import type { SecretRule } from "../../match/rule.ts";
import { named, prefixed, token, uuid, wordStart } from "../define.ts";

export const aiRules: readonly SecretRule[] = [
  token(
    "openai-api-key",
    "OpenAI API key",
    ["t3blbkfj"],
    `${wordStart}(sk-(?:(?:proj|svcacct|admin|None)-)?[\\w-]{20,100}T3BlbkFJ[\\w-]{20,100})(?![\\w-])`,
    ["sk-{alnum:20}T3BlbkFJ{alnum:20}", "sk-proj-{alnum:74}T3BlbkFJ{alnum:74}"],
    {
      packed: "sk-(?:proj|svcacct|admin)-[\\w-]{74}T3BlbkFJ[\\w-]{74}|sk-(?:proj-)?[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}",
      severity: "critical",
      before: 120,
      entropy: 3,
    },
  ),
  prefixed("openai-legacy-key", "OpenAI API key", "sk-", "sk-[A-Za-z0-9]{48}(?![\\w-])", ["sk-{alnum:48}"], {
    entropy: 4,
    noMatch: ["sk-{alnum:40}"],
  }),
  prefixed(
    "anthropic-api-key",
    "Anthropic API key",
    "sk-ant-api",
    "sk-ant-api\\d{2}-[\\w-]{86,93}AA(?![\\w-])",
    ["sk-ant-api03-{alnum:93}AA"],
    { packed: "sk-ant-api\\d{2}-[\\w-]{93}AA", severity: "critical" },
  ),
  prefixed(
    "anthropic-admin-key",
    "Anthropic admin API key",
    "sk-ant-admin",
    "sk-ant-admin\\d{2}-[\\w-]{93}AA(?![\\w-])",
    ["sk-ant-admin01-{alnum:93}AA"],
    { severity: "critical" },
  ),
  prefixed("anthropic-oauth-token", "Anthropic OAuth token", "sk-ant-o", "sk-ant-o[ra]t\\d{2}-[\\w-]{80,110}(?![\\w-])", [
    "sk-ant-oat01-{alnum:95}",
  ]),
  prefixed("anthropic-session-key", "Anthropic session key", "sk-ant-sid", "sk-ant-sid\\d{2}-[\\w-]{80,130}(?![\\w-])", [
    "sk-ant-sid01-{alnum:95}",
  ]),
  prefixed("openrouter-key", "OpenRouter API key", "sk-or-v1-", "sk-or-v1-[a-f0-9]{64}", ["sk-or-v1-{hex:64}"]),
  prefixed("huggingface-token", "Hugging Face access token", "hf_", "hf_[A-Za-z0-9]{34}", ["hf_{letters:34}", "hf_{alnum:34}"], {
    entropy: 3.2,
  }),
  prefixed("huggingface-org-token", "Hugging Face organisation token", "api_org_", "api_org_[A-Za-z]{34}", ["api_org_{letters:34}"], {
    entropy: 2,
  }),
  named("cohere-key", "Cohere API key", ["cohere", "co_api_key"], "[A-Za-z0-9]{40}", ["{alnum:40}"], { entropy: 4 }),
  prefixed("perplexity-key", "Perplexity API key", "pplx-", "pplx-[A-Za-z0-9]{48}", ["pplx-{alnum:48}"], { entropy: 4 }),
  prefixed("groq-key", "Groq API key", "gsk_", "gsk_[A-Za-z0-9]{52}", ["gsk_{alnum:52}"]),
  prefixed("xai-key", "xAI API key", "xai-", "xai-[A-Za-z0-9]{80}", ["xai-{alnum:80}"]),
  prefixed("replicate-token", "Replicate API token", "r8_", "r8_[A-Za-z0-9]{37}", ["r8_{alnum:37}"], { entropy: 4 }),
  prefixed("langsmith-key", "LangSmith API key", "lsv2_", "lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}", ["lsv2_pt_{hex:32}_{hex:10}"]),
  prefixed("pinecone-key", "Pinecone API key", "pcsk_", "pcsk_[A-Za-z0-9]{4,8}_[A-Za-z0-9]{60,70}", ["pcsk_{alnum:6}_{alnum:63}"]),
  prefixed("nvidia-key", "NVIDIA API key", "nvapi-", "nvapi-[\\w-]{60,70}(?![\\w-])", ["nvapi-{alnum:64}"]),
  prefixed("fireworks-key", "Fireworks API key", "fw_", "fw_[A-Za-z0-9]{24}", ["fw_{alnum:24}"], { entropy: 3.8, inBinaries: false }),
  prefixed("gemini-key", "Gemini API key", "AQ.Ab", "AQ\\.Ab[\\w-]{44,60}(?![\\w-])", ["AQ.Ab8RN6{alnum:44}"], { entropy: 4 }),
  // DeepSeek, DashScope and others that adopted the form of OpenAI's keys.
  prefixed("sk-hex-key", "API key of a model provider", "sk-", "sk-[a-f0-9]{32}(?![\\w-])", ["sk-{hex:32}"], { entropy: 3.2 }),
  prefixed("together-key", "Together AI API key", "tgp_v1_", "tgp_v1_[\\w-]{43}(?![\\w-])", ["tgp_v1_{alnum:43}"]),
  prefixed("cerebras-key", "Cerebras API key", "csk-", "csk-[a-z0-9]{48}", ["csk-{lower:48}"], { entropy: 3.5 }),
  prefixed("jina-key", "Jina API key", "jina_", "jina_[\\w-]{60}(?![\\w-])", ["jina_{hex:32}{alnum:28}"], { entropy: 3.5 }),
  prefixed("tavily-key", "Tavily API key", "tvly-", "tvly-(?:dev-|prod-)?[A-Za-z0-9-]{32,56}", ["tvly-{alnum:32}", "tvly-dev-{alnum:32}"], {
    entropy: 3.5,
  }),
  prefixed("firecrawl-key", "Firecrawl API key", "fc-", "fc-[a-f0-9]{32}", ["fc-{hex:32}"], { entropy: 3.2, inBinaries: false }),
  prefixed("langfuse-key", "Langfuse secret key", "sk-lf-", `sk-lf-${uuid}`, ["sk-lf-{uuid}"]),
  prefixed("helicone-key", "Helicone API key", "sk-helicone-", "sk-helicone-(?:[a-z]{2}-)?(?:[a-z0-9]{7}-){3}[a-z0-9]{7}", [
    "sk-helicone-{lower:7}-{lower:7}-{lower:7}-{lower:7}",
  ]),
  prefixed("runpod-key", "RunPod API key", "rpa_", "rpa_[A-Z0-9]{40}[A-Za-z0-9]{6}", ["rpa_{upper:40}{alnum:6}"], { entropy: 3.5 }),
  prefixed("wandb-v1-key", "Weights & Biases API key", "wandb_v1_", "wandb_v1_[\\w-]{60,100}", ["wandb_v1_{alnum:77}"]),
  prefixed("e2b-key", "E2B API key", "e2b_", "e2b_[a-f0-9]{40}", ["e2b_{hex:40}"]),
  prefixed("daytona-key", "Daytona API key", "dtn_", "dtn_[a-f0-9]{64}", ["dtn_{hex:64}"]),
  prefixed("browserbase-key", "Browserbase API key", "bb_live_", "bb_live_[\\w-]{24,40}", ["bb_live_{alnum:27}"], { entropy: 3.5 }),
  prefixed("apify-token", "Apify API token", "apify_api_", "apify_api_[A-Za-z0-9]{34,42}", ["apify_api_{alnum:36}"]),
  prefixed("mem0-key", "Mem0 API key", "m0-", "m0-[A-Za-z0-9]{40}", ["m0-{alnum:40}"], { entropy: 4, inBinaries: false }),
  prefixed("cursor-key", "Cursor API key", "crsr_", "crsr_[a-f0-9]{64}", ["crsr_{hex:64}"]),
  prefixed("cursor-admin-key", "Cursor admin API key", "key_", "key_[a-f0-9]{64}", ["key_{hex:64}"], { entropy: 3 }),
  named("mistral-key", "Mistral API key", ["mistral"], "[A-Za-z0-9]{32}", ["{alnum:32}"], { entropy: 3.5 }),
  named("deepseek-key", "DeepSeek API key", ["deepseek"], "sk-[a-f0-9]{32}", ["sk-{hex:32}"]),
  named("stability-key", "Stability AI key", ["stability"], "sk-[A-Za-z0-9]{48}", ["sk-{alnum:48}"]),
  named("privateai-token", "Private AI API token", ["privateai", "private_ai", "private-ai"], "[a-z0-9]{32}", ["{lower:32}"], {
    entropy: 3,
  }),
  named("assemblyai-key", "AssemblyAI API key", ["assemblyai"], "[a-f0-9]{32}", ["{hex:32}"]),
  named("deepgram-key", "Deepgram API key", ["deepgram"], "[a-f0-9]{40}", ["{hex:40}"]),
  prefixed("elevenlabs-key", "ElevenLabs API key", "sk_", "sk_[a-f0-9]{48}", ["sk_{hex:48}"]),
  named("wandb-key", "Weights & Biases API key", ["wandb"], "[a-f0-9]{40}", ["{hex:40}"]),
];
