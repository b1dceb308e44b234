import Machine
import TestSupport
import Testing

@testable import Preflight

struct ShellParserTests {
  /// Texts that a POSIX shell takes or refuses.
  static let texts: [String] =
    ShellForms.common.filter { !$0.contains("\r") } + [
      "", "\n\n", "# only a comment", "a;b;c", "a && b || c", "a |\nb", "a &&\n\nb", "! a",
      "if a; then b; elif c; then d; else e; fi",
      "while a; do b; done", "until a; do b; done >x", "for i; do a; done", "for i in 1 2 3\ndo a\ndone",
      "case x in a|b) c;; (d) e;; *) ;; esac",
      "case x in esac", "f() { a; }", "f() (a)", "f ( ) { a; }", "{ a; b; }", "( a; b ) >x 2>&1", "a <<E\nx $y\nE",
      "a <<'E'\n$(\nE", "a <<-E\n\tx\n\tE",
      "a <<E1; b <<E2\n1\nE1\n2\nE2", "a \"$(b \"$(c)\")\"", "a `b \\`c\\``", "a ${x:-${y:-z}}", "a \"${x:-\"q\"}\"",
      "a $((1 + (2 * 3)))", "a 'x\ny' \"p\nq\"",
      "a \\\nb", "x=1 y=2 a", "a 2>&1 >/dev/null <x", "a >&2", "echo if then fi", "a; # c\nb", "a & b & c", "a\\ b c",
      "\"if\" x", "a=b; export a", "echo }", "echo {",
      "a &&", "| a", "a ;;", "if a; then b", "fi", "then", "while a; do b", "case x in a) b", "( a", "a )", "{ a",
      "f() ", "a \"b", "a 'b", "a `b", "a $(b", "a ${b",
      "done", "if ; then a; fi", "a || || b", "a &; b", "; a", "&& a", "(a) b", "{ a; } b",
      "if a; then b; fi c", "for i in a; b; done", "esac", "a & && b",
    ]

  /// Texts that only bash takes.
  static let extended: [String] =
    ShellForms.extended + ShellForms.bash + [
      "[[ a == b* && ( -f x || ! -d y ) ]]", "[[ $a =~ ^(a|b)+$ ]]", "((a++))", "for ((;;)); do break; done",
      "a=(1 2 3)", "a+=(4)", "a[1]=x", "local x=(1)", "declare -A m=([a]=1)",
      "select x in a b; do break; done", "function f() { a; }", "function f { a; }", "a <<<b", "a <(b) >(c)", "a &>x",
      "a &>>x", "a |& b", "coproc a", "coproc n { a; }", "time a", "time -p a | b",
      "echo ${a[@]} ${#a[@]} ${!a[@]} ${a:1:2} ${a/x/y} ${a//x/y} ${a^^} ${a@Q}", "echo $'a\\'b' $\"c\"",
      "case x in a) b;;& c) d;& e) ;; esac", "shopt -s extglob\ncase x in @(a|b)) c;; esac",
      "[[ a", "[[ a ]] b", "((a", "a=(b", "for ((a;b)); do c; done", "function", "echo ${", "a <(b",
    ]

  @Test(arguments: texts)
  func readsWhatDashReads(_ text: String) async throws {
    let truth = try await Invocation(["dash", "-n", "-c", text]).run(within: .seconds(20) * Patience.factor)
    let script = ShellParser.parse(text, dialect: .dash)
    #expect((script.failure == nil) == truth.succeeded, "\(script.failure?.reason ?? "read") \(truth.errorText)")
  }

  @Test(arguments: texts + extended)
  func readsWhatBashReads(_ text: String) async throws {
    let truth = try await Invocation(["bash", "-O", "extglob", "-n", "-c", text]).run(
      within: .seconds(20) * Patience.factor)
    let script = ShellParser.parse(text, dialect: .bash)
    #expect((script.failure == nil) == truth.succeeded, "\(script.failure?.reason ?? "read") \(truth.errorText)")
  }

  @Test func keepsWhatStandsBeforeASyntaxError() {
    let script = ShellParser.parse("a\nexec b\nif c; fi\nd\n", dialect: .bash)
    #expect(script.statements.count == 2)
    #expect(script.failure?.line == 2)
  }

  @Test func nestingIsLimited() {
    for text in [
      String(repeating: "(", count: 5_000), String(repeating: "$(", count: 5_000),
      String(repeating: "${x:-", count: 5_000),
      String(repeating: "! ", count: 5_000), String(repeating: "if ", count: 5_000),
      String(repeating: "f()", count: 5_000),
      String(repeating: "\"$(", count: 5_000),
    ] {
      #expect(ShellParser.parse(text, dialect: .bash).failure != nil)
    }
  }
}
