/// How the page looks: the system's fonts, a few colours that are told apart with every kind of sight, signs and words
/// beside each colour, light and dark, on screens from 320 pixels and on paper.
enum Stylesheet {
  static let text = """
    :root{color-scheme:light dark;--paper:#fff;--ink:#1b2430;--quiet:#5a6675;--line:#dfe4ea;--soft:#f5f7f9;
    --v0:#0067a8;--v1:#c25700;--v2:#7a3e9d;--v3:#00785a;--v4:#a83a6b;--v5:#5c6670;
    --ok:#00694f;--ok-soft:#d9efe7;--bad:#b3261e;--bad-soft:#f9dedb;--warn:#8a5300;--warn-soft:#fbe8c8;--wait-soft:#e9edf1;
    --drain:#0067a80f}
    @media (prefers-color-scheme:dark){:root{--paper:#12171d;--ink:#e6ebf0;--quiet:#9aa7b5;--line:#2c3641;--soft:#1a2129;
    --v0:#5db4f0;--v1:#f09a4a;--v2:#c79be6;--v3:#4fc6a0;--v4:#ec8ab5;--v5:#aab4bf;
    --ok:#5fd0ab;--ok-soft:#15382f;--bad:#ff9b91;--bad-soft:#4a1d1a;--warn:#f0bd6a;--warn-soft:#43310f;--wait-soft:#28313b;
    --drain:#5db4f017}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",
    Arial,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
    main,header,footer{max-width:66rem;margin:0 auto;padding:0 1.25rem}
    header{padding-top:2rem}
    footer{padding:2rem 1.25rem 3rem;color:var(--quiet);font-size:.85rem}
    h1{font-size:1.05rem;font-weight:600;color:var(--quiet);margin:0 0 .75rem}
    h1 b{color:var(--ink)}
    h2{font-size:1.2rem;line-height:1.3;margin:2.75rem 0 .75rem;letter-spacing:-.005em}
    h3{font-size:1rem;margin:1.5rem 0 .35rem}
    p{margin:.35rem 0;max-width:48rem}
    a{color:var(--v0)}
    a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--v0);outline-offset:2px}
    .skip{position:absolute;left:-99em}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.25rem .5rem}
    code,kbd{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
    pre{margin:.4rem 0;padding:.6rem .8rem;background:var(--soft);border:1px solid var(--line);border-radius:6px;
    white-space:pre-wrap;max-width:48rem}
    .verdict{border-left:6px solid var(--quiet);background:var(--soft);border-radius:0 8px 8px 0;padding:1rem 1.25rem}
    .verdict.ok{border-color:var(--ok)}.verdict.bad{border-color:var(--bad)}.verdict.warn{border-color:var(--warn)}
    .verdict .word{font-size:1.9rem;line-height:1.2;font-weight:650;margin:0;letter-spacing:-.015em}
    .verdict.ok .word{color:var(--ok)}.verdict.bad .word{color:var(--bad)}.verdict.warn .word{color:var(--warn)}
    .verdict .why{font-size:1.05rem;margin:.4rem 0 0}
    .act{margin-top:.9rem;padding-top:.8rem;border-top:1px solid var(--line)}
    .note{border:1px solid var(--warn);border-radius:6px;padding:.5rem .8rem;margin:.75rem 0;background:var(--warn-soft)}
    dl.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem 1.5rem;margin:1.25rem 0 0}
    dl.facts dt{color:var(--quiet);font-size:.8rem}dl.facts dd{margin:0}
    .badge{display:inline-block;border-radius:4px;padding:.05rem .5rem;font-weight:600;font-size:.9rem;white-space:nowrap;
    background:var(--wait-soft)}
    .badge.ok{background:var(--ok-soft);color:var(--ok)}.badge.bad{background:var(--bad-soft);color:var(--bad)}
    .badge.warn{background:var(--warn-soft);color:var(--warn)}
    .quiet{color:var(--quiet)}
    ul.conditions{list-style:none;margin:0;padding:0;display:grid;gap:.75rem;grid-template-columns:repeat(auto-fit,minmax(min(18rem,100%),1fr))}
    ul.conditions>li{border:1px solid var(--line);border-radius:8px;padding:.85rem 1rem}
    ul.conditions h3{margin:.45rem 0 .2rem}
    ul.plain{margin:.35rem 0;padding-left:1.1rem;max-width:48rem}
    .finding{border-top:1px solid var(--line);padding:.9rem 0}
    .finding h3{margin:.35rem 0}
    .scroll{overflow-x:auto;max-width:100%;overflow-wrap:break-word;margin:.75rem 0}
    table{border-collapse:collapse;min-width:min(100%,36rem);font-size:.9rem;line-height:1.4}
    caption{text-align:left;color:var(--quiet);font-size:.85rem;padding:0 0 .35rem}
    th,td{text-align:left;vertical-align:top;padding:.35rem .9rem .35rem 0;border-bottom:1px solid var(--line);min-width:4.5rem;
    max-width:22rem}
    thead th{color:var(--quiet);font-weight:600;font-size:.8rem;white-space:nowrap}
    tbody th{font-weight:500}
    .number{text-align:right;white-space:nowrap;min-width:3rem}
    .rest{color:var(--quiet);font-size:.85rem}
    details{margin:.75rem 0}summary{cursor:pointer;color:var(--v0);width:fit-content}
    figure{margin:0}
    svg{display:block;width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,"DejaVu Sans",sans-serif}
    svg.wide{max-width:66rem}svg.narrow{display:none;max-width:30rem}
    svg text{fill:var(--ink)}svg .tick{fill:var(--quiet)}svg .end{text-anchor:end}svg .middle{text-anchor:middle}
    svg .axis{stroke:var(--quiet);fill:none}svg .grid{stroke:var(--line);fill:none}
    svg .moment{stroke:var(--quiet);stroke-dasharray:2 3;fill:none}svg .pin{fill:var(--ink)}svg .mark{font-weight:600}
    svg .drain{fill:var(--drain)}svg .dot{fill:var(--quiet);opacity:.55}
    svg .hatch{stroke:var(--bad);stroke-width:1.5;opacity:.3}
    svg .line{fill:none;stroke-width:2.25;stroke-linejoin:round}
    svg .name{font-weight:600}
    .line.v0{stroke:var(--v0)}.line.v1{stroke:var(--v1);stroke-dasharray:7 3}.line.v2{stroke:var(--v2);stroke-dasharray:2 3}
    .line.v3{stroke:var(--v3);stroke-dasharray:9 3 2 3}.line.v4{stroke:var(--v4);stroke-dasharray:4 2}.line.v5{stroke:var(--v5);
    stroke-dasharray:1 2}
    svg .name.v0{fill:var(--v0)}svg .name.v1{fill:var(--v1)}svg .name.v2{fill:var(--v2)}svg .name.v3{fill:var(--v3)}
    svg .name.v4{fill:var(--v4)}svg .name.v5{fill:var(--v5)}
    svg .sign path{stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
    svg .late path{fill:var(--bad);stroke:var(--bad)}svg .cut path{fill:none;stroke:var(--bad)}
    svg .stop path{fill:var(--paper);stroke:var(--quiet)}svg .lost path{fill:var(--warn);stroke:var(--warn)}
    svg .fill{fill:var(--wait-soft)}svg .holds .fill{fill:var(--ok-soft)}svg .failed .fill{fill:var(--bad-soft)}
    svg .timed-out .fill,svg .inconclusive .fill{fill:var(--warn-soft)}
    svg .holds .word{fill:var(--ok)}svg .failed .word{fill:var(--bad);font-weight:700}svg .timed-out .word,svg .inconclusive .word{fill:var(--warn)}
    svg .span.failed .word,svg .span.timed-out .word{paint-order:stroke;stroke:var(--bad-soft);stroke-width:4px}
    svg .span.timed-out .word{stroke:var(--warn-soft)}
    ul.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.5rem 0;padding:0;font-size:.85rem}
    ul.legend svg{display:inline-block;width:2rem;height:.75rem;vertical-align:middle;margin-right:.4rem;max-width:none}
    .bar{display:block;height:.7rem;background:var(--wait-soft);border:1px solid var(--quiet);border-radius:3px;min-width:2px}
    .binds .bar{background:var(--v0);border-color:var(--v0)}
    .clock{min-width:7rem;width:40%}
    @media (max-width:43rem){body{font-size:15px}header{padding-top:1.25rem}main,header,footer{padding-left:1rem;padding-right:1rem}
    svg.wide{display:none}svg.narrow{display:block}h2{margin-top:2.25rem}.verdict{padding:.85rem 1rem}}
    @media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--quiet:#444;--line:#ccc;--soft:#fff;--v0:#0067a8;--v1:#c25700;
    --v2:#7a3e9d;--v3:#00785a;--v4:#a83a6b;--v5:#5c6670;--ok:#00694f;--ok-soft:#e4f3ed;--bad:#b3261e;--bad-soft:#fbe7e5;
    --warn:#8a5300;--warn-soft:#fdf1dc;--wait-soft:#eef1f4;--drain:#0067a80f}
    *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
    body{font-size:10.5pt}main,header,footer{max-width:none;padding-left:0;padding-right:0}.skip{display:none}
    svg.wide{display:block}svg.narrow{display:none}.scroll{overflow:visible}table{font-size:8.5pt}th,td{min-width:0;padding-right:.5rem}
    h2,h3,summary{break-after:avoid}tr,.finding,ul.conditions>li,figure,.verdict{break-inside:avoid}
    details::details-content{content-visibility:visible;display:block;height:auto}}
    """
}
