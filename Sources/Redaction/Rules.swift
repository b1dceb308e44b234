/// The patterns: formats as their issuers document them, one line each. A trigger is cheap, a pattern is sure.
enum Rules {
  /// Of secrets that say by their beginning whose they are.
  static let providers: [Rule] = [
    // LiveKit
    Rule("livekit-api-key", "livekit-key", ["API"], #"API[A-Za-z0-9]{10,20}(?![A-Za-z0-9_])"#, check: .random),
    Rule(
      "livekit-key-pair", "livekit-secret", ["API"],
      #"API[A-Za-z0-9]{5,30}\\*["']?\s*[:=]\s*\\*["']?([^\s"'\\,;}]{6,})"#, group: 1),
    // Speech, language and telephony
    Rule(
      "openai-key", "openai", ["sk-"], #"sk-(?:proj-|svcacct-|admin-|None-|service-)?[A-Za-z0-9_-]{20,}"#,
      check: .random),
    Rule("anthropic-key", "anthropic", ["sk-ant-"], #"sk-ant-[A-Za-z0-9_-]{16,}"#),
    Rule("openrouter-key", "openrouter", ["sk-or-"], #"sk-or-[A-Za-z0-9_-]{16,}"#),
    Rule("langfuse-key", "langfuse", ["sk-lf-", "pk-lf-"], #"[sp]k-lf-[A-Za-z0-9-]{16,}"#),
    Rule(
      "underscore-key", "key", ["sk_", "pk_", "rk_"],
      #"[spr]k_(?:live|test|prod|car|org|cartesia)?_?[A-Za-z0-9_-]{16,}"#, check: .random),
    Rule("groq-key", "groq", ["gsk_"], #"gsk_[A-Za-z0-9]{20,}"#),
    Rule("xai-key", "xai", ["xai-"], #"xai-[A-Za-z0-9]{20,}"#, check: .random),
    Rule("perplexity-key", "perplexity", ["pplx-"], #"pplx-[A-Za-z0-9]{20,}"#),
    Rule(
      "huggingface-token", "huggingface", ["hf_", "api_org_"], #"(?:hf_|api_org_)[A-Za-z0-9]{20,}"#, check: .random),
    Rule("replicate-token", "replicate", ["r8_"], #"r8_[A-Za-z0-9_-]{24,}"#),
    Rule("fireworks-key", "fireworks", ["fw_"], #"fw_[A-Za-z0-9]{20,}"#, check: .random),
    Rule("pinecone-key", "pinecone", ["pcsk_"], #"pcsk_[A-Za-z0-9_]{16,}"#),
    Rule("langsmith-key", "langsmith", ["lsv2_", "ls__"], #"(?:lsv2_(?:pt|sk)_|ls__)[A-Za-z0-9_]{16,}"#),
    Rule("nvidia-key", "nvidia", ["nvapi-"], #"nvapi-[A-Za-z0-9_-]{20,}"#),
    Rule("twilio-key", "twilio", ["SK", "AC"], #"(?:SK|AC)[0-9a-f]{32}(?![0-9A-Za-z])"#),
    Rule("telnyx-key", "telnyx", ["KEY0"], #"KEY0[0-9A-F]{28,36}_[A-Za-z0-9]{16,}"#),
    Rule("deepgram-key", "deepgram", ["dg_"], #"dg_[A-Za-z0-9]{24,}"#, check: .random),
    Rule(
      "vendor-key", "key", vendors,
      #"[a-z_]+?\d?(?:[ _.-]?(?:api|auth|secret|access|account|speech|subscription|key|token|sid|prod|live))*[\\"'\]]{0,4}[\s:=,(>-]{1,6}[\\"']{0,3}(?![0-9a-f]{8}-[0-9a-f]{4}-)((?=[A-Za-z0-9_+/-]*[0-9])[A-Za-z0-9_+/-]{28,90}={0,2})(?![A-Za-z0-9_+/:.-])"#,
      group: 1, check: .random, ignoresCase: true),
    // Clouds
    Rule(
      "aws-access-key", "aws", ["AKIA", "ASIA", "ABIA", "ACCA", "A3T"],
      #"(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Z0-9])"#),
    Rule(
      "aws-session-token", "aws", ["IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz"],
      #"(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)(?:[A-Za-z0-9/+=_-]|%2[BbFf]|%3[Dd]|\\/)+"#, reach: .here),
    Rule(
      "aws-secret-pair", "aws", ["AKIA", "ASIA"],
      #"A[KS]IA[A-Z0-9]{16}[\\"']{0,3}[\s:,/|;]{1,4}[\\"']{0,3}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"#, group: 1),
    Rule("bedrock-key", "aws", ["ABSKQmVkcm9ja0FQSUtleS"], #"ABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/=]{16,}"#, reach: .here),
    Rule("google-api-key", "google", ["AIza"], #"AIza[A-Za-z0-9_-]{30,}"#),
    Rule(
      "google-oauth", "google", ["ya29.", "GOCSPX-", "1//0"],
      #"(?:ya29\.[A-Za-z0-9_.-]{16,}|GOCSPX-[A-Za-z0-9_-]{20,}|1//0[A-Za-z0-9_-]{24,})"#),
    Rule(
      "azure-account-key", "azure", ["AccountKey=", "SharedAccessKey=", "AccessKey="],
      #"(?:Account|SharedAccess|Access)Key=((?:[A-Za-z0-9+/=]|%2[BbFf]|%3[Dd]|\\/){16,})"#, group: 1, reach: .here,
      ignoresCase: true),
    Rule(
      "azure-signature", "azure", ["sig="], #"sig=((?:[A-Za-z0-9+/=_-]|%[0-9A-Fa-f]{2}){20,})"#, group: 1,
      ignoresCase: true),
    Rule(
      "azure-client-secret", "azure", ["8Q~", "7Q~"], #"[A-Za-z0-9_~.]{0,4}[78]Q~[A-Za-z0-9_~.-]{28,40}"#, reach: .back),
    Rule("alibaba-key", "alibaba", ["LTAI"], #"LTAI[A-Za-z0-9]{12,24}(?![A-Za-z0-9])"#),
    Rule("tencent-key", "tencent", ["AKID"], #"AKID[A-Za-z0-9]{13,40}(?![A-Za-z0-9])"#),
    Rule("digitalocean-token", "digitalocean", ["dop_v1_", "doo_v1_", "dor_v1_"], #"do[opr]_v1_[a-f0-9]{32,}"#),
    Rule("heroku-key", "heroku", ["HRKU-"], #"HRKU-[A-Za-z0-9_-]{20,}"#),
    Rule("cloudflare-key", "cloudflare", ["v1.0-"], #"v1\.0-[a-f0-9]{24}-[a-f0-9]{100,}"#),
    Rule(
      "fly-token", "fly", ["FlyV1 ", "fm1r_", "fm2_", "fo1_"],
      #"(?:FlyV1 )?(?:fm1[ar]_|fm2_|fo1_)[A-Za-z0-9+/=_,-]{20,}"#),
    Rule("databricks-token", "databricks", ["dapi"], #"dapi[a-f0-9]{32}(?:-\d)?"#),
    Rule("supabase-key", "supabase", ["sbp_", "sb_secret_"], #"(?:sbp_|sb_secret_)[A-Za-z0-9_-]{16,}"#),
    Rule("planetscale-key", "planetscale", ["pscale_"], #"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{20,}"#),
    // Code and delivery
    Rule(
      "github-token", "github", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
      #"(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{22,})"#),
    Rule(
      "gitlab-token", "gitlab",
      [
        "glpat-", "gldt-", "glrt-", "glrtr-", "glcbt-", "glptt-", "glft-", "glsoat-", "glagent-", "glimt-", "gloas-",
        "GR1348941",
      ], #"(?:gl[a-z]{2,6}-|GR1348941)[A-Za-z0-9_-]{16,}"#),
    Rule("atlassian-token", "atlassian", ["ATATT3", "ATBB", "ATCTT3"], #"(?:ATATT3|ATBB|ATCTT3)[A-Za-z0-9_=-]{20,}"#),
    Rule("npm-token", "npm", ["npm_"], #"npm_[A-Za-z0-9]{30,}"#),
    Rule("pypi-token", "pypi", ["pypi-"], #"pypi-[A-Za-z0-9_-]{40,}"#),
    Rule("rubygems-key", "rubygems", ["rubygems_"], #"rubygems_[a-f0-9]{40,}"#),
    Rule("crates-token", "crates", ["cio"], #"cio[A-Za-z0-9]{32}(?![A-Za-z0-9])"#, check: .random),
    Rule("clojars-token", "clojars", ["CLOJARS_"], #"CLOJARS_[a-z0-9]{40,}"#, ignoresCase: true),
    Rule("docker-token", "docker", ["dckr_pat_", "dckr_oat_"], #"dckr_[po]at_[A-Za-z0-9_-]{20,}"#),
    Rule(
      "artifactory-key", "artifactory", ["AKCp", "cmVmdGtu"], #"(?:AKCp[A-Za-z0-9]{60,}|cmVmdGtu[A-Za-z0-9]{50,})"#),
    Rule("buildkite-token", "buildkite", ["bkua_"], #"bkua_[a-z0-9]{30,}"#),
    Rule("circleci-token", "circleci", ["CCIPAT_", "CCIPRJ_"], #"CCIP(?:AT|RJ)_[A-Za-z0-9_]{20,}"#),
    Rule("sonar-token", "sonar", ["squ_", "sqp_", "sqa_"], #"sq[upa]_[a-f0-9]{36,}"#),
    Rule(
      "terraform-token", "terraform", [".atlasv1."], #"[A-Za-z0-9]{10,}\.atlasv1\.[A-Za-z0-9_=-]{40,}"#, reach: .back),
    Rule("vault-token", "vault", ["hvs.", "hvb.", "hvr."], #"hv[sbr]\.[A-Za-z0-9_-]{20,}"#),
    Rule(
      "doppler-token", "doppler", ["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."],
      #"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{30,}"#),
    Rule("pulumi-token", "pulumi", ["pul-"], #"pul-[a-f0-9]{40}"#),
    Rule("postman-key", "postman", ["PMAK-"], #"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"#, ignoresCase: true),
    Rule(
      "onepassword-token", "onepassword", ["ops_eyJ", "A3-"],
      #"(?:ops_eyJ[A-Za-z0-9+/=_-]{100,}|A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5})"#
    ),
    Rule("age-key", "age", ["AGE-SECRET-KEY-1"], #"AGE-SECRET-KEY-1[A-Z0-9]{40,}"#, ignoresCase: true),
    Rule("tailscale-key", "tailscale", ["tskey-"], #"tskey-[a-z]+-[A-Za-z0-9_-]{10,}"#),
    Rule("openshift-token", "openshift", ["sha256~"], #"sha256~[A-Za-z0-9_-]{40,}"#),
    Rule(
      "bootstrap-token", "kubernetes", ["--token "], #"--token ([a-z0-9]{6}\.[a-z0-9]{16})"#, group: 1, reach: .here),
    // Messages and mail
    Rule(
      "slack-token", "slack",
      ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxc-", "xoxd-", "xoxe.", "xapp-"],
      #"(?:xox[abceprsd][.-]|xapp-)[A-Za-z0-9.%/+_-]{10,}"#),
    Rule(
      "webhook-url", "webhook",
      [
        "hooks.slack.com/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/", ".webhook.office.com/",
        "hooks.zapier.com/hooks/", "chat.googleapis.com/v1/spaces/",
      ],
      #"[a-z.]*(?:slack\.com/(?:services|workflows|triggers)/|/api/webhooks/|office\.com/webhookb?2?/|zapier\.com/hooks/catch/|googleapis\.com/v1/spaces/)([A-Za-z0-9_%@./?=&-]{8,})"#,
      group: 1, reach: .here),
    Rule(
      "telegram-token", "telegram", [":AA", "%3AAA"], #"[0-9]{7,12}(?::|%3A)AA[A-Za-z0-9_-]{32,34}(?![A-Za-z0-9_-])"#,
      reach: .back),
    Rule(
      "discord-token", "discord", [".G", ".X", ".Y"],
      #"[MNO][A-Za-z0-9_-]{22,28}\.[GXY][A-Za-z0-9_-]{5}\.[A-Za-z0-9_-]{27,45}"#, reach: .back),
    Rule("sendgrid-key", "sendgrid", ["SG."], #"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,}"#),
    Rule("mailgun-key", "mailgun", ["key-"], #"key-[a-f0-9]{32}(?![A-Za-z0-9])"#),
    Rule("mailchimp-key", "mailchimp", ["-us"], #"[a-f0-9]{32}-us[0-9]{1,2}(?![A-Za-z0-9])"#, reach: .back),
    Rule("brevo-key", "brevo", ["xkeysib-", "xsmtpsib-"], #"x(?:key|smtp)sib-[a-f0-9]{40,}-[A-Za-z0-9]{10,}"#),
    Rule("resend-key", "resend", ["re_"], #"re_[A-Za-z0-9]{6,10}_[A-Za-z0-9]{20,}"#),
    Rule("facebook-token", "facebook", ["EAA"], #"EAA[A-Za-z0-9]{60,}"#),
    // Money and shops
    Rule(
      "stripe-key", "stripe", ["whsec_", "sk_live_", "sk_test_", "rk_live_", "rk_test_"],
      #"(?:whsec|[sr]k_(?:live|test))_[A-Za-z0-9+/=]{10,}"#),
    Rule(
      "square-token", "square", ["sq0atp-", "sq0csp-", "EAAAE"],
      #"(?:sq0(?:atp|csp)-[A-Za-z0-9_-]{20,}|EAAAE[A-Za-z0-9_-]{50,})"#),
    Rule(
      "shopify-token", "shopify", ["shpat_", "shpss_", "shpca_", "shppa_"], #"shp(?:at|ss|ca|pa)_[a-fA-F0-9]{30,}"#),
    Rule(
      "paypal-token", "paypal", ["access_token$"],
      #"access_token\$(?:production|sandbox)\$[a-z0-9]{10,20}\$[a-f0-9]{30,}"#),
    Rule(
      "plaid-token", "plaid", ["access-production-", "access-sandbox-", "access-development-"],
      #"access-(?:production|sandbox|development)-[0-9a-f-]{36}"#),
    Rule("easypost-key", "easypost", ["EZAK", "EZTK"], #"EZ[AT]K[A-Za-z0-9]{50,}"#),
    Rule(
      "live-key", "key", ["_live_", "_test_"], #"[A-Za-z]{2,16}_(?:live|test)_[A-Za-z0-9_-]{16,}"#, reach: .back,
      check: .random),
    // Watching
    Rule("sentry-token", "sentry", ["sntrys_", "sntryu_", "sntrya_"], #"sntry[sua]_[A-Za-z0-9+/=_-]{30,}"#),
    Rule(
      "grafana-token", "grafana", ["glsa_", "glc_", "eyJrIjoi"],
      #"(?:gl(?:sa|c)_[A-Za-z0-9+/=_-]{20,}|eyJrIjoi[A-Za-z0-9+/=_-]{20,})"#),
    Rule(
      "newrelic-key", "newrelic", ["NRAK-", "NRII-", "NRJS-", "NRRA-", "NRSP-"],
      #"NR(?:AK|II|JS|RA|SP)-[A-Za-z0-9_-]{16,}"#),
    Rule(
      "dynatrace-token", "dynatrace", ["dt0c01.", "dt0s0"], #"dt0[cs][0-9]{2}\.[A-Z0-9]{8,24}\.[A-Z0-9]{40,}"#,
      ignoresCase: true),
    Rule("posthog-key", "posthog", ["phx_", "phc_"], #"ph[xc]_[A-Za-z0-9]{30,}"#),
    Rule(
      "launchdarkly-key", "launchdarkly", ["sdk-", "mob-", "api-"],
      #"(?:sdk|mob|api)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])"#),
    Rule("snyk-token", "snyk", ["snyk_"], #"snyk_[a-z]+\.[A-Za-z0-9_.-]{20,}"#),
    // Offices and boards
    Rule("notion-token", "notion", ["ntn_", "secret_"], #"(?:ntn_|secret_)[A-Za-z0-9]{36,}"#),
    Rule("linear-key", "linear", ["lin_api_", "lin_oauth_"], #"lin_(?:api|oauth)_[A-Za-z0-9]{30,}"#),
    Rule("airtable-token", "airtable", ["pat"], #"pat[A-Za-z0-9]{14}\.[a-f0-9]{60,}"#, glance: (17, "."...".")),
    Rule("figma-token", "figma", ["figd_"], #"figd_[A-Za-z0-9_-]{30,}"#),
    Rule("dropbox-token", "dropbox", ["sl."], #"sl\.(?:u\.)?[A-Za-z0-9_-]{100,}"#),
    Rule("contentful-token", "contentful", ["CFPAT-"], #"CFPAT-[A-Za-z0-9_-]{30,}"#),
    Rule("readme-key", "readme", ["rdme_"], #"rdme_[a-z0-9]{60,}"#),
    Rule(
      "mapbox-token", "mapbox", ["sk.eyJ", "pk.eyJ", "tk.eyJ"], #"[spt]k\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{16,}"#),
    Rule("typeform-token", "typeform", ["tfp_"], #"tfp_[A-Za-z0-9_.=-]{40,}"#),
    Rule(
      "prefixed-key", "key", prefixes,
      #"[a-z0-9]{0,12}[_-]?(?:sk|pat|api|key|secret|token|tok|live|proj)(?:_key|_live|-proj)?[_-][A-Za-z0-9]{24,}"#,
      reach: .back, check: .random),
  ]

  /// Names of services whose keys have no beginning of their own.
  private static let vendors = [
    "deepgram", "elevenlabs", "eleven_", "cartesia", "assemblyai", "speechmatics", "gladia", "rime", "playht", "hume",
    "twilio", "telnyx", "plivo", "vonage", "cohere", "mistral", "together_", "fireworks", "datadog", "newrelic",
    "mailchimp", "sendgrid", "pagerduty", "okta", "auth0", "cloudflare", "fastly", "algolia", "azure", "openai",
  ]

  /// What keys of services that are not listed begin with by custom.
  private static let prefixes = [
    "_sk_", "_pat_", "_api_", "_secret_", "_token_", "key_live", "sk-proj", "tok_", "pat_", "api_key_",
  ]

  /// Of secrets that are known by their place.
  static let places: [Rule] = [
    Rule(
      "bearer", "token", ["bearer"], #"bearer(?:\s|%20|\+|\\[nt]|:)+\\*["']?([A-Za-z0-9_.~+/%=-]{8,})"#, group: 1,
      check: .random, ignoresCase: true),
    Rule(
      "basic", "basic", ["basic "], #"basic\s+([A-Za-z0-9+/_-]{8,}={0,2})"#, group: 1, check: .basic, ignoresCase: true),
    Rule(
      "url-password", "password", ["://"], #"://[^\s:/@"'<>?#\\]*:(?!\d{1,5}[/?#])([^\s"'<>\\]*)@[A-Za-z0-9.\[_-]"#,
      group: 1, reach: .here),
    Rule(
      "url-user", "token", ["://"], #"://([A-Za-z0-9_.~-]{16,}):?@[A-Za-z0-9.\[-]"#, group: 1, reach: .here,
      check: .random),
    Rule(
      "url-password-encoded", "password", ["%3A%2F%2F"],
      #"%3A%2F%2F(?:(?!%40|%2F|%3A)[^\s"'&])*%3A((?:(?!%40)[^\s"'&])+)%40"#, group: 1, reach: .here, ignoresCase: true),
    Rule(
      "login-password", "password", ["@"],
      #"(?!npm:|git:|github:|mailto:|sips?:|acct:|xmpp:)[\w.+-]{1,64}:([^\s:@/"'\\<>,]{3,})@(?!sha\d|tcp\()[A-Za-z0-9-]+[.:][A-Za-z0-9]"#,
      group: 1, reach: .back),
    Rule(
      "database-password", "password", ["@tcp(", "@unix("], #"[\w.%+-]+:([^\s"'\\]{1,})@(?:tcp|unix)\("#, group: 1,
      reach: .back),
    Rule(
      "sdp-key", "sdp", ["ice-pwd:", "ice-ufrag:", "inline:"],
      #"(?:ice-pwd:|ice-ufrag:|inline:)([A-Za-z0-9+/=|:]{3,})"#, group: 1, reach: .here),
    Rule(
      "password-hash", "hash", ["$2a$", "$2b$", "$2y$", "$argon2", "$6$", "$5$", "$1$", "$y$", "{SSHA"],
      #"(?:\$2[aby]\$\d\d\$[A-Za-z0-9./]{53}|\$argon2[a-z]{1,2}\$[A-Za-z0-9+/=,$]{20,}|\$[156y]\$[^\s:"'$]{1,32}\$[A-Za-z0-9./$]{20,}|\{SSHA\d*\}[A-Za-z0-9+/=]{20,})"#,
      reach: .here),
    Rule(
      "npmrc-token", "npm", ["_authToken", "_auth=", "_password="],
      #"(?:_authToken|_auth|_password)\s*=\s*"?([^\s"]{6,})"#, group: 1, reach: .here),
    Rule(
      "pgpass", "password", [":5432:", ":3306:"], #":(?:5432|3306):[^\s:]+:[^\s:]+:([^\s:]+)$"#, group: 1, reach: .here),
    Rule(
      "command-password", "password", [" -u ", " -u"], #" -u ?["']?[\w.@+-]+:([^\s"']{3,})"#, group: 1, reach: .here),
    Rule("mysql-password", "password", [" -p"], #" -p([^\s"'/-][^\s"']{5,})"#, group: 1, reach: .here, check: .random),
    Rule(
      "sql-password", "password", ["IDENTIFIED BY "], #"IDENTIFIED BY (?:PASSWORD )?\\*["']([^"'\\]+)"#, group: 1,
      reach: .here, ignoresCase: true),
  ]

  /// Of personal data that its form gives away.
  static let people: [Rule] = [
    Rule(
      "email", "email", ["@", "%40", "\\u0040"],
      #"[A-Za-z0-9_\x80-\xff](?:[A-Za-z0-9.!#$*+^_`~'\x80-\xff-]|%2[BbEeDd])*(?:@|%40|\\+u0040)(?:[A-Za-z0-9\x80-\xff](?:[A-Za-z0-9\x80-\xff-]{0,62})\.)+[A-Za-z\x80-\xff]{2,24}(?![A-Za-z0-9])"#,
      reach: .back, check: .mail),
    Rule(
      "phone-encoded", "phone", ["%2B", "%2b", "\\u002b", "\\u002B"],
      #"(?:%2[Bb]|\\+u002[Bb])[1-9](?:[ ().\xa0-]{0,2}\d|%20\d){6,14}(?!\d)"#, reach: .here, check: .phone),
    Rule(
      "phone", "phone", ["+"], #"\+[1-9](?:[ ().\xa0-]{0,2}\d|%20\d){6,14}(?!\d)"#, reach: .here, check: .phone,
      glance: (1, "1"..."9")),
    Rule(
      "phone-national", "phone", ["("], #"\([2-9]\d{2}\)[ .-]{0,2}\d{3}[ .-]?\d{4}(?!\d)"#,
      reach: .here, check: .phone, glance: (1, "2"..."9")),
    Rule(
      "phone-named", "phone",
      [
        "phone", "mobile", "caller", "callee", "dial", "call from", "call to", "calling", "tel:", "sms", "whatsapp",
        "number is", "ring",
      ],
      #"(?:phone|mobile|caller|callee|dial(?:ing|ed|led)?|call(?:ing|ed)?(?: from| to)?|tel|sms|whatsapp|number|ring(?:ing)?)(?:[ _-]?(?:number|no|id|is|from|to|at|us|me|him|her|on)){0,3}[\s:=\\"'#.]{1,5}((?:00|\(|0|\b)[\d(](?:[ ().\xa0/-]{0,2}\d){6,14})(?![\d.:-])"#,
      group: 1, check: .phone, ignoresCase: true),
    Rule(
      "phone-us", "phone", ["-"], #"(?<![\w.-])[2-9]\d{2}-[2-9]\d{2}-\d{4}(?![\w-])"#,
      reach: .back, check: .phone, glance: (4, "-"..."-")),
    Rule(
      "sip-user", "sip", ["sip:", "sips:", "sip%3A", "sip_"],
      #"sips?(?:[:_]|%3[Aa])((?:[A-Za-z0-9_.!~*'()&=+$,;?/-]|%[0-9A-Fa-f]{2})+?)(?:@|%40|(?![A-Za-z0-9_.+-]))"#,
      group: 1, check: .phone, ignoresCase: true),
    Rule(
      "sip-address", "sip", ["sip:", "sips:"], #"sips?:([A-Za-z0-9_.!~*'&=+$%-]{1,64})@"#, group: 1, ignoresCase: true),
  ]

  /// Of network addresses; asked for with an option.
  static let addresses: [Rule] = [
    Rule(
      "ipv4", "ip", [], #"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)"#,
      check: .address),
    Rule(
      "ipv6", "ip", [],
      #"(?<![\w:.])(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}|(?:[0-9A-Fa-f]{1,4}:){2,7}:|::(?:[0-9A-Fa-f]{1,4}:){0,6}[0-9A-Fa-f]{1,4})(?![\w:])"#,
      check: .address),
  ]
}
