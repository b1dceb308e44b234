/// One kind of contract change with its code of the family CMP: data, from which the catalogue's page is made.
///
/// Numbers never change their meaning; new kinds are added at the end.
package struct ContractChangeKind: Hashable, Sendable {
  /// The number in the code.
  package let number: Int
  /// What it is, a phrase without a full stop.
  package let title: String
  /// How to bring it in without a break, one sentence.
  package let remedy: String

  /// `CMP-015`.
  package var code: FindingCode {
    FindingCode(rawValue: "CMP-" + String(repeating: "0", count: max(0, 3 - String(number).count)) + String(number))
  }

  private init(_ number: Int, _ title: String, _ remedy: String) {
    self.number = number
    self.title = title
    self.remedy = remedy
  }

  /// All kinds, by number.
  package static let all: [Self] =
    (general + tools + Array(narrowed.values) + Array(widened.values) + protobuf).sorted { $0.number < $1.number }
}

extension ContractChangeKind {
  package static let contractRemoved = Self(
    1, "A contract is gone", "keep it until no version that uses it has a session left, then remove it")
  package static let contractAdded = Self(
    2, "A contract is new", "use it once no old version has a session left")
  package static let contractKindChanged = Self(
    3, "A file holds another kind of contract than before", "give the new contract a file of its own")
  package static let undecided = Self(
    4, "Two versions of a contract cannot be compared",
    "compare by hand what the reason names, or write it in a simpler way")
  package static let notChecked = Self(
    5, "A contract was not checked", "declare it under 'contracts' in sluice.yaml, or name it with --from and --to")
  package static let wordsChanged = Self(
    6, "Words changed that no value depends on", "nothing has to be done")
  package static let defaultChanged = Self(
    7, "A default changed", "let writers that depend on it write the value out before the default changes")
  static let general = [
    contractRemoved, contractAdded, contractKindChanged, undecided, notChecked, wordsChanged, defaultChanged,
  ]

  package static let toolAdded = Self(
    8, "A tool is new", "offer it to callers once no old version is left that would have to answer")
  package static let toolRemoved = Self(
    9, "A tool is gone", "keep it until no old caller has a session left, then remove it")
  package static let toolRenamed = Self(
    10, "A tool has probably another name",
    "offer it under both names, deploy, and remove the old one in a later deploy")
  package static let toolHints = Self(
    11, "A tool says otherwise what it does to its surroundings",
    "see whether callers that trust the old hint may still call it unasked")
  package static let toolListIncomplete = Self(
    12, "A list of tools goes on where the file ends", "export every page of the list")
  package static let resultSchemaAdded = Self(
    111, "A tool's result has a schema, and had none",
    "have readers check results by it once no old version has a session left")
  package static let resultSchemaRemoved = Self(
    112, "A tool's result has no schema any more", "keep the schema until no reader depends on it")
  static let tools = [
    toolAdded, toolRemoved, toolRenamed, toolHints, toolListIncomplete, resultSchemaAdded, resultSchemaRemoved,
  ]
}

extension ContractChangeKind {
  /// What the new version of a schema allows less, by the name of the restriction.
  package static func narrowed(_ restriction: String) -> Self { narrowed[restriction] ?? narrowerOtherwise }
  /// What the new version of a schema allows more, by the name of the restriction.
  package static func widened(_ restriction: String) -> Self { widened[restriction] ?? widerOtherwise }

  private static let narrowerOtherwise = Self(13, "A schema allows less", tightenLater)
  private static let widerOtherwise = Self(14, "A schema allows more", readersFirst)
  private static let tightenLater = "keep accepting it, deploy, and tighten once no old version has a session left"
  private static let readersFirst =
    "deploy readers that accept it first, and write it once no old version has a session left"

  private static let narrowed: [String: Self] = Dictionary(
    uniqueKeysWithValues: [("", narrowerOtherwise)]
      + restrictions.map { ($0.name, Self($0.number, $0.narrowed, $0.remedy ?? tightenLater)) })
  private static let widened: [String: Self] = Dictionary(
    uniqueKeysWithValues: [("", widerOtherwise)]
      + restrictions.map { ($0.name, Self($0.number + 1, $0.widened, readersFirst)) })

  /// One restriction of schemas: its number when it tightens, the next when it loosens, its name, and what it is called when it tightens and when it loosens.
  private struct Restriction {
    let number: Int
    let name: String
    let narrowed: String
    let widened: String
    var remedy: String?
  }

  private static let restrictions: [Restriction] = [
    row(15, "nothingAllowed", "Nothing is valid any more", "What was refused altogether is allowed"),
    row(17, "typeNarrowed", "A type is narrower", "A type is wider"),
    row(19, "enumAdded", "A list of values is new", "A list of values is gone"),
    row(21, "enumNarrowed", "A list of values is shorter", "A list of values is longer"),
    row(23, "constChanged", "A fixed value is new or another", "A fixed value is gone or another"),
    row(25, "minimumRaised", "A minimum is new or higher", "A minimum is gone or lower"),
    row(27, "maximumLowered", "A maximum is new or lower", "A maximum is gone or higher"),
    row(29, "multipleOfChanged", "A number's step is new or coarser", "A number's step is gone or finer"),
    row(31, "minLengthRaised", "A least length is new or higher", "A least length is gone or lower"),
    row(33, "maxLengthLowered", "A greatest length is new or lower", "A greatest length is gone or higher"),
    row(35, "patternChanged", "A pattern is new or another", "A pattern is gone or another"),
    row(
      37, "requiredAdded", "A property is newly required", "A property is no longer required",
      "add it as optional, let every writer write it, deploy, and require it in a later deploy"),
    row(
      39, "propertyConstrained", "A property that could hold anything has a schema",
      "A property with a schema may hold anything",
      "see that no writer uses that name for something else, then add it as optional"),
    row(41, "propertyRefused", "A declared property is refused", "A property is new to a closed object"),
    row(
      43, "additionalPropertiesNarrowed", "Other properties are refused or narrower",
      "Other properties are allowed or wider"),
    row(
      45, "unevaluatedPropertiesNarrowed", "Unevaluated properties are refused or narrower",
      "Unevaluated properties are allowed or wider"),
    row(47, "patternPropertiesNarrowed", "Properties of a pattern are narrower", "Properties of a pattern are wider"),
    row(49, "propertyNamesNarrowed", "Names of properties are narrower", "Names of properties are wider"),
    row(51, "minPropertiesRaised", "More properties are needed", "Fewer properties are needed"),
    row(53, "maxPropertiesLowered", "Fewer properties are allowed", "More properties are allowed"),
    row(55, "dependentRequiredAdded", "A property needs more beside it", "A property needs less beside it"),
    row(57, "dependentSchemaNarrowed", "A property asks more of its object", "A property asks less of its object"),
    row(59, "itemsNarrowed", "Elements of a list are narrower", "Elements of a list are wider"),
    row(61, "tupleNarrowed", "An element of a tuple is narrower", "An element of a tuple is wider"),
    row(
      63, "additionalItemsNarrowed", "Further elements of a tuple are narrower", "Further elements of a tuple are wider"
    ),
    row(65, "unevaluatedItemsNarrowed", "Unevaluated elements are narrower", "Unevaluated elements are wider"),
    row(67, "minItemsRaised", "More elements are needed", "Fewer elements are needed"),
    row(69, "maxItemsLowered", "Fewer elements are allowed", "More elements are allowed"),
    row(71, "uniqueItemsAdded", "Elements must differ", "Elements may be equal"),
    row(73, "containsNarrowed", "What a list must contain is narrower", "What a list must contain is wider"),
    row(75, "anyOfNarrowed", "Alternatives cover less", "Alternatives cover more"),
    row(77, "oneOfNarrowed", "Exclusive alternatives cover less", "Exclusive alternatives cover more"),
    row(79, "notWidened", "More is excluded", "Less is excluded"),
    row(81, "conditionNarrowed", "A condition asks for more", "A condition asks for less"),
  ]

  private static func row(
    _ number: Int, _ name: String, _ narrowed: String, _ widened: String, _ remedy: String? = nil
  ) -> Restriction {
    Restriction(number: number, name: name, narrowed: narrowed, widened: widened, remedy: remedy)
  }
}

extension ContractChangeKind {
  package static let fieldRemoved = Self(
    83, "A field is gone and its number is free", "reserve its number and its name")
  package static let fieldAdded = Self(
    84, "A field is new", "write it once no reader is left that would need it and not know it")
  package static let fieldRetired = Self(
    85, "A field is gone and reserved", "remove it after every writer has stopped writing it")
  package static let fieldType = Self(
    86, "A field has another type", "add a field with a new number, write both, deploy, and remove the old one later")
  package static let fieldNumberRange = Self(
    87, "A field's numbers are read as others by one of the versions",
    "keep to values that both types hold until no old version has a session left")
  package static let fieldCardinality = Self(
    88, "A field is single, repeated or a map, and was not",
    "add a field with a new number, deploy, and remove the old one later")
  package static let fieldOneof = Self(
    89, "A field moved into a oneof, or out of one",
    "add a field with a new number, deploy, and remove the old one later")
  package static let fieldDefault = Self(
    90, "A field's default changed", "let writers write the value out before the default changes")
  package static let fieldName = Self(
    91, "A field has another name", "keep the name where JSON is written, or set json_name to the old one")
  package static let fieldJSONName = Self(92, "A field has another name in JSON", "keep json_name as it was")
  package static let requiredFieldAdded = Self(
    93, "A field is newly required", "add it as optional; a required field can never be brought in without a break")
  package static let requiredFieldRemoved = Self(
    94, "A required field is gone or optional", "keep writing it until no old version has a session left")
  package static let oneofMemberAdded = Self(
    95, "A oneof has a new member", "deploy readers that know it first: an old one sees the oneof unset")
  package static let enumValueAdded = Self(
    96, "An enum has a new number",
    "deploy readers that know it first, and write it once no old version has a session left")
  package static let enumValueRemoved = Self(
    97, "An enum's number is gone and free", "reserve its number and its name")
  package static let enumValueRetired = Self(
    98, "An enum's number is gone and reserved", "remove it after every writer has stopped writing it")
  package static let enumValueName = Self(
    99, "An enum's number has another name", "keep the name where JSON is written, or add the new one as an alias")
  package static let reservedRemoved = Self(
    100, "Something is no longer reserved", "keep it reserved: messages that carry it may still be under way")
  package static let packageChanged = Self(
    101, "A file has another package", "copy it under the new package, serve both, and remove the old one later")
  package static let messageRemoved = Self(
    102, "A message or enum is gone", "keep it until no old version has a session left")
  package static let jsonFormat = Self(
    103, "JSON is no longer written by the standard's rules", "keep the syntax or json_format as it was")
  package static let rpcRemoved = Self(
    104, "A service or rpc is gone", "keep it until no old caller has a session left")
  package static let rpcAdded = Self(105, "A service or rpc is new", "call it once no old version is left to answer")
  package static let rpcRequest = Self(
    106, "An rpc takes another message", "add an rpc under a new name, deploy, and remove the old one later")
  package static let rpcResponse = Self(
    107, "An rpc answers another message", "add an rpc under a new name, deploy, and remove the old one later")
  package static let rpcStreaming = Self(
    108, "An rpc streams otherwise", "add an rpc under a new name, deploy, and remove the old one later")
  package static let rpcIdempotency = Self(
    109, "An rpc's idempotency changed", "let callers stop retrying it before it is no longer idempotent")
  package static let closedEnum = Self(
    110, "An enum treats unknown numbers otherwise", "deploy readers that expect both before a new number is written")
  static let protobuf = [
    fieldRemoved, fieldAdded, fieldRetired, fieldType, fieldNumberRange, fieldCardinality, fieldOneof, fieldDefault,
    fieldName, fieldJSONName, requiredFieldAdded, requiredFieldRemoved, oneofMemberAdded, enumValueAdded,
    enumValueRemoved, enumValueRetired, enumValueName, reservedRemoved, packageChanged, messageRemoved, jsonFormat,
    rpcRemoved, rpcAdded, rpcRequest, rpcResponse, rpcStreaming, rpcIdempotency, closedEnum,
  ]
}
