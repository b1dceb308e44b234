/// Work that takes long when it is done at a wrong moment: what it is, and how its calls and imports are named.
///
/// The names are full ones, imports followed. `*.` before a name stands for any owner, `.*` behind it for any member.
enum StartupWork: String, CaseIterable, Sendable {
  case engine, model, network, process, wait, settings, heavyImport

  /// What it is, for people.
  var words: String {
    switch self {
    case .engine: "a database client or pool"
    case .model: "a model load"
    case .network: "a network call"
    case .process: "a program that is waited for"
    case .wait: "a sleep"
    case .settings: "settings that are validated"
    case .heavyImport: "a heavy import"
    }
  }

  /// The calls that are such work.
  private var calls: [String] {
    switch self {
    case .engine:
      [
        "*.create_engine", "*.create_async_engine", "asyncpg.create_pool", "asyncpg.connect", "psycopg.connect",
        "psycopg.AsyncConnection.connect", "psycopg2.connect", "psycopg_pool.*", "psycopg2.pool.*", "aiopg.create_pool",
        "aiomysql.create_pool", "aiomysql.connect", "pymysql.connect", "MySQLdb.connect", "mysql.connector.connect",
        "redis.Redis", "redis.StrictRedis", "redis.from_url", "redis.ConnectionPool", "redis.Redis.from_url",
        "redis.asyncio.*", "aioredis.*", "pymongo.MongoClient", "pymongo.AsyncMongoClient",
        "motor.motor_asyncio.AsyncIOMotorClient", "databases.Database", "tortoise.Tortoise.init", "sqlite3.connect",
        "aiosqlite.connect", "oracledb.create_pool", "oracledb.connect", "cx_Oracle.connect", "pyodbc.connect",
        "cassandra.cluster.Cluster", "elasticsearch.Elasticsearch", "elasticsearch.AsyncElasticsearch",
        "neo4j.GraphDatabase.driver", "neo4j.AsyncGraphDatabase.driver", "supabase.create_client",
        "qdrant_client.QdrantClient", "chromadb.Client", "chromadb.PersistentClient", "chromadb.HttpClient",
        "pinecone.Pinecone", "snowflake.connector.connect", "clickhouse_connect.get_client",
      ]
    case .model:
      [
        "*.VAD.load", "*.from_pretrained", "torch.load", "torch.jit.load", "torch.hub.load", "whisper.load_model",
        "faster_whisper.WhisperModel", "spacy.load", "transformers.pipeline",
        "sentence_transformers.SentenceTransformer", "sentence_transformers.CrossEncoder",
        "onnxruntime.InferenceSession", "joblib.load", "pickle.load", "*.keras.models.load_model",
        "keras.models.load_model", "keras.saving.load_model", "tensorflow.saved_model.load",
        "tensorflow.lite.Interpreter",
        "nltk.download", "huggingface_hub.snapshot_download", "huggingface_hub.hf_hub_download", "llama_cpp.Llama",
        "vosk.Model", "TTS.api.TTS", "ctranslate2.Translator", "fasttext.load_model", "gensim.downloader.load",
        "safetensors.torch.load_file", "xgboost.Booster", "openwakeword.model.Model", "vllm.LLM",
      ]
    case .network:
      ["requests", "httpx"].flatMap { library in
        ["get", "post", "put", "patch", "delete", "head", "options", "request", "stream"].map { "\(library).\($0)" }
      } + [
        "requests.Session", "requests.session", "urllib.request.urlopen", "urllib.request.urlretrieve",
        "urllib3.PoolManager", "urllib3.request", "http.client.HTTPSConnection", "http.client.HTTPConnection",
        "boto3.client", "boto3.resource", "boto3.Session", "boto3.session.Session", "socket.create_connection",
        "socket.getaddrinfo", "socket.gethostbyname", "*.chat.completions.create", "*.responses.create",
        "*.embeddings.create", "google.cloud.*", "google.auth.default", "firebase_admin.initialize_app",
        "azure.identity.*", "azure.keyvault.secrets.SecretClient", "hvac.Client", "paramiko.SSHClient", "smtplib.SMTP",
        "ftplib.FTP", "wandb.init",
      ]
    case .process:
      [
        "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "os.system",
        "os.popen",
        "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell",
      ]
    case .wait: ["time.sleep"]
    case .settings: ["pydantic_settings.BaseSettings", "pydantic.BaseSettings", "environ.Env", "dynaconf.Dynaconf"]
    case .heavyImport: []
    }
  }

  /// Packages whose import alone takes a good part of a second or more.
  private static let heavyPackages: Set<String> = [
    "torch", "torchaudio", "torchvision", "transformers", "tensorflow", "keras", "jax", "flax", "langchain",
    "langchain_core", "langchain_community", "langchain_openai", "langchain_anthropic", "langgraph", "llama_index",
    "google.cloud", "google.generativeai", "vertexai", "sklearn", "scipy", "pandas", "cv2", "spacy", "nltk", "whisper",
    "faster_whisper", "sentence_transformers", "onnxruntime", "matplotlib", "pyannote", "chromadb", "datasets",
    "librosa", "numba", "gradio", "streamlit", "playwright", "selenium", "botocore", "boto3", "diffusers", "accelerate",
    "vllm", "llama_cpp", "gensim", "xgboost", "lightgbm", "polars", "pyspark", "haystack", "crewai", "autogen",
    "semantic_kernel", "unstructured", "mlflow", "wandb", "ray", "dask", "TTS", "nemo", "speechbrain",
    "googleapiclient",
  ]

  private static let table: [(pattern: String, work: StartupWork)] = allCases.flatMap { work in
    work.calls.map { ($0, work) }
  }
  private static let exact = Dictionary(
    table.filter { !$0.pattern.contains("*") }.map { ($0.pattern, $0.work) }, uniquingKeysWith: { first, _ in first })
  private static let suffixes = table.filter { $0.pattern.hasPrefix("*.") }.map { ($0.pattern.dropFirst(), $0.work) }
  private static let prefixes = table.filter { $0.pattern.hasSuffix(".*") }.map { ($0.pattern.dropLast(), $0.work) }

  /// What a call is by the full name of what it calls; nil when it is nothing of these.
  static func ofCall(_ name: String) -> StartupWork? {
    exact[name] ?? suffixes.first { name.hasSuffix($0.0) }?.1 ?? prefixes.first { name.hasPrefix($0.0) }?.1
  }

  /// Whether the import of a module is heavy.
  static func isHeavy(import module: String) -> Bool {
    let parts = module.split(separator: ".").prefix(2)
    return heavyPackages.contains(String(parts.first ?? "")) || heavyPackages.contains(parts.joined(separator: "."))
  }
}
