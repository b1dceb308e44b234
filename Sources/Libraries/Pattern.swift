import CPCRE2

/// A regular expression over bytes, compiled to machine code by PCRE2.
///
/// Patterns know ASCII only: `\w` and case folding do not touch other bytes. A pattern never changes after it is made and may
/// be matched by many tasks at a time, each with a `PatternMatcher` of its own.
@safe package final class Pattern: @unchecked Sendable {
  // No lock: PCRE2 reads compiled code only, and nothing here is ever written again.
  fileprivate let code: OpaquePointer
  /// How many groups it captures, not counting the whole match.
  package let groups: Int

  /// Why a pattern cannot be compiled.
  package struct Fault: Error, Equatable {
    /// Where in the pattern, in bytes.
    package let offset: Int
    /// PCRE2's words.
    package let reason: String
  }

  /// Compiles a pattern; throws what is wrong with it.
  package init(_ text: String, ignoresCase: Bool = false) throws(Fault) {
    var status: Int32 = 0
    var offset = 0
    let options = UInt32(PCRE2_NEVER_UTF) | UInt32(PCRE2_NEVER_BACKSLASH_C) | (ignoresCase ? UInt32(PCRE2_CASELESS) : 0)
    let bytes = Array(text.utf8)
    // The text is copied by PCRE2; the code is freed by `deinit` alone.
    guard let code = unsafe pcre2_compile_8(bytes, bytes.count, options, &status, &offset, nil) else {
      var words = [UInt8](repeating: 0, count: 256)
      let length = unsafe pcre2_get_error_message_8(status, &words, words.count)
      throw Fault(offset: offset, reason: String(decoding: words.prefix(Int(max(0, length))), as: UTF8.self))
    }
    unsafe pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
    var count: UInt32 = 0
    unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
    unsafe (self.code = code)
    groups = Int(count)
  }

  deinit { unsafe pcre2_code_free_8(code) }
}

/// What matching needs beside a pattern: room for groups, limits and a stack. One belongs to one task at a time.
@safe package final class PatternMatcher {
  /// A match that was given up: the pattern needs more steps or stack than any sound text would take.
  package struct Abandoned: Error, Equatable {
    /// PCRE2's status, negative.
    package let status: Int
  }

  private let data: OpaquePointer
  private let context: OpaquePointer
  private let stack: OpaquePointer?

  /// A matcher for patterns of at most 15 groups.
  package init() {
    let data = unsafe pcre2_match_data_create_8(16, nil)
    let context = unsafe pcre2_match_context_create_8(nil)
    guard let data = unsafe data, let context = unsafe context else { preconditionFailure("PCRE2 has no memory") }
    unsafe (self.data, self.context) = (data, context)
    unsafe stack = pcre2_jit_stack_create_8(32 << 10, 1 << 20, nil)
    unsafe pcre2_set_match_limit_8(context, 200_000)
    unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
  }

  deinit {
    unsafe pcre2_jit_stack_free_8(stack)
    unsafe pcre2_match_context_free_8(context)
    unsafe pcre2_match_data_free_8(data)
  }

  /// Searches `bytes[..<end]` from `start`; what stands before `start` is seen by look-behinds.
  ///
  /// An anchored match begins at `start`. Returns the ranges of the whole match and of each group, nil for groups that took no
  /// part; nil without a match.
  package func match(
    _ pattern: Pattern, in bytes: [UInt8], from start: Int, to end: Int, anchored: Bool
  ) throws(Abandoned) -> [Range<Int>?]? {
    precondition(start >= 0 && start <= end && end <= bytes.count, "a search goes on inside of its bytes")
    let options = anchored ? UInt32(PCRE2_ANCHORED) : 0
    // The subject outlives the call, and the vector is read before the next one.
    let status = unsafe pcre2_match_8(pattern.code, bytes, end, start, options, data, context)
    if status == PCRE2_ERROR_NOMATCH { return nil }
    guard status > 0 else { throw Abandoned(status: Int(status)) }
    let vector = unsafe pcre2_get_ovector_pointer_8(data)
    return (0...min(pattern.groups, 15)).map { group in
      guard group < Int(status), let vector = unsafe vector else { return nil }
      let (from, to) = unsafe (vector[2 * group], vector[2 * group + 1])
      // What took no part is told by the largest number of C, which is -1 here.
      return from >= 0 && from <= to && to <= bytes.count ? from..<to : nil
    }
  }
}
