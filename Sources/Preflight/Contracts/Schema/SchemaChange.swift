package import Documents

/// One difference that makes the reader refuse what the writer may write.
package struct SchemaChange: Hashable, Sendable {
  /// What kind of difference it is.
  package let kind: Kind
  /// The keyword in the writer's file, or the nearest schema above it.
  package let writer: SchemaPlace
  /// The keyword in the reader's file.
  package let reader: SchemaPlace
  /// What changed, as a sentence without its full stop.
  package let sentence: String
  /// A value at this place, not the whole document, that the writer may write and the reader refuses; nil where none was built.
  package let witness: JSONValue?

  /// The kinds, one for each way in which a contract gets narrower. Each is caused by one keyword of the reader.
  package enum Kind: String, CaseIterable, Sendable {
    /// Nothing is valid any more: the reader's schema is `false`.
    case nothingAllowed
    /// `type` allows fewer types, or others.
    case typeNarrowed
    /// `enum` is new.
    case enumAdded
    /// `enum` lacks values that the writer may write.
    case enumNarrowed
    /// `const` is new or another.
    case constChanged
    /// `minimum` or `exclusiveMinimum` is new or higher.
    case minimumRaised
    /// `maximum` or `exclusiveMaximum` is new or lower.
    case maximumLowered
    /// `multipleOf` is new or another.
    case multipleOfChanged
    /// `minLength` is new or higher.
    case minLengthRaised
    /// `maxLength` is new or lower.
    case maxLengthLowered
    /// `pattern` is new or another.
    case patternChanged
    /// `required` names a property that the writer may leave out.
    case requiredAdded
    /// A property got a schema, and the writer's schema left it open.
    case propertyConstrained
    /// A property that the writer declares is refused by the reader's `additionalProperties` or `unevaluatedProperties`.
    case propertyRefused
    /// `additionalProperties` is new or narrower.
    case additionalPropertiesNarrowed
    /// `unevaluatedProperties` is new or narrower.
    case unevaluatedPropertiesNarrowed
    /// `patternProperties` is new or narrower.
    case patternPropertiesNarrowed
    /// `propertyNames` is new or narrower.
    case propertyNamesNarrowed
    /// `minProperties` is new or higher.
    case minPropertiesRaised
    /// `maxProperties` is new or lower.
    case maxPropertiesLowered
    /// `dependentRequired`, or `dependencies` with names, asks for more.
    case dependentRequiredAdded
    /// `dependentSchemas`, or `dependencies` with a schema, is new or narrower.
    case dependentSchemaNarrowed
    /// `items` is new or narrower.
    case itemsNarrowed
    /// A tuple's element got a schema, or a narrower one.
    case tupleNarrowed
    /// `additionalItems`, or `items` after `prefixItems`, is new or narrower.
    case additionalItemsNarrowed
    /// `unevaluatedItems` is new or narrower.
    case unevaluatedItemsNarrowed
    /// `minItems` is new or higher.
    case minItemsRaised
    /// `maxItems` is new or lower.
    case maxItemsLowered
    /// `uniqueItems` is new.
    case uniqueItemsAdded
    /// `contains`, `minContains` or `maxContains` is new or narrower.
    case containsNarrowed
    /// `anyOf` covers less.
    case anyOfNarrowed
    /// `oneOf` covers less, or its branches overlap more.
    case oneOfNarrowed
    /// `not` excludes more.
    case notWidened
    /// `if`, `then` or `else` asks for more.
    case conditionNarrowed
  }
}

/// A place in a schema's file.
package struct SchemaPlace: Hashable, Sendable {
  /// The JSON pointer from the file's root, `""` for the root itself.
  package let pointer: String
  /// Line and column.
  package let mark: Mark

  /// A place by its pointer and mark.
  package init(pointer: String, mark: Mark) {
    self.pointer = pointer
    self.mark = mark
  }
}
