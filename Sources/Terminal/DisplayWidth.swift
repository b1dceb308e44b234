extension StringProtocol {
  /// How many terminal cells the text takes: two for East Asian wide characters and emoji, none for combining marks.
  ///
  /// The text must hold no control characters. Where terminals differ (emoji with modifiers) it is the larger number.
  var displayWidth: Int {
    var width = 0
    for scalar in unicodeScalars { width += scalar.displayWidth }
    return width
  }
}

extension Unicode.Scalar {
  /// How many cells the scalar adds to a text: 0, 1 or 2.
  var displayWidth: Int {
    guard value >= 0x300 else { return 1 }
    if value == 0xFE0F { return 1 }  // Variation selector 16 makes the narrow character before it a wide emoji.
    if isZeroWidth { return 0 }
    return isWide ? 2 : 1
  }

  /// Whether the scalar is drawn over the one before it, or not at all.
  var isZeroWidth: Bool {
    // Medial vowels and final consonants of Hangul are drawn into the syllable's first letter.
    if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return true }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return value != 0xFE0F
    default: return false
    }
  }

  /// Whether a terminal gives the scalar two cells: W and F of Unicode's EastAsianWidth.txt (16.0), and emoji.
  private var isWide: Bool {
    guard value >= 0x1100 else { return false }
    if (0x1F1E6...0x1F1FF).contains(value) { return false }  // Regional indicators come in pairs, one cell each.
    return Unicode.Scalar.wide.contains { $0.contains(value) } || properties.isEmojiPresentation
  }

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0x4DBF,
    0x4DC0...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
    0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D376, 0x1F200...0x1F265,
    0x20000...0x2FFFD, 0x30000...0x3FFFD,
  ]
}
