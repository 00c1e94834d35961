namespace Ballast.Cli.Reports;

/// <summary>The style sheet of the report: one column, system fonts, light and dark, phone and print.</summary>
internal static class ReportStyle
{
    /// <summary>The rules, to stand in a <c>style</c> element.</summary>
    public const string Css = """

        :root{color-scheme:light dark;--page:#f6f7f8;--card:#fff;--ink:#1f2933;--quiet:#5b6770;--line:#dfe4e8;--link:#23577f;--high:#b3261e;--medium:#9a5b00;--low:#2f6690;--info:#5b6770;--good:#1b7f5c}
        @media (prefers-color-scheme:dark){:root{--page:#14181c;--card:#1d2329;--ink:#e4e8eb;--quiet:#9aa5b1;--line:#323b44;--link:#8fc1e6;--high:#ff8a80;--medium:#f0b45a;--low:#8fc1e6;--info:#9aa5b1;--good:#5fd0a5}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
        main{max-width:60rem;margin:0 auto;padding:3rem 1.25rem 4rem}
        section{margin-top:3rem}
        h1,h2,h3{line-height:1.25;font-weight:600;overflow-wrap:anywhere;margin:0}
        h1{font-size:1.9rem;letter-spacing:-.01em}
        h2{font-size:1.25rem;margin-bottom:1rem}
        h3{font-size:1.05rem}
        p{margin:.5rem 0;overflow-wrap:anywhere}
        a{color:var(--link)}
        dl,dd{margin:0}
        .eyebrow{margin:0 0 .4rem;color:var(--quiet);font-size:.8rem;letter-spacing:.08em;text-transform:uppercase}
        .lead,.quiet,.more{color:var(--quiet)}
        .quiet,.more{font-size:.875rem}
        .more{display:block;margin-top:.25rem}
        .verdict{margin-top:2rem;padding:1.25rem 1.5rem;background:var(--card);border:1px solid var(--line);border-radius:10px}
        .verdict h2{margin:0 0 .25rem;color:var(--quiet);font-size:.8rem;letter-spacing:.08em;text-transform:uppercase}
        .verdict p:first-of-type{font-size:1.2rem;font-weight:600}
        .tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.75rem}
        .tile{padding:.8rem 1rem;background:var(--card);border:1px solid var(--line);border-radius:10px}
        .tile dt{color:var(--quiet);font-size:.875rem}
        .tile .big{font-size:1.5rem;font-weight:600;line-height:1.3}
        .tile .quiet{font-size:.8rem}
        .card{margin:0 0 1rem;padding:1.1rem 1.4rem 1.25rem;background:var(--card);border:1px solid var(--line);border-left:4px solid var(--tone);border-radius:10px}
        .high{--tone:var(--high)}.medium{--tone:var(--medium)}.low{--tone:var(--low)}.info{--tone:var(--info)}
        .kind{margin:0 0 .5rem;font-size:.8rem}
        .badge{display:inline-block;padding:0 .55em;border:1px solid var(--tone);border-radius:99px;color:var(--tone);font-weight:600;letter-spacing:.04em;text-transform:uppercase;font-size:.72rem;line-height:1.7}
        .high .badge{background:var(--tone);color:var(--card)}
        .id{margin-left:.4em;color:var(--quiet)}
        .action{margin:.5rem 0 .9rem}
        .card dl{display:grid;grid-template-columns:minmax(6rem,11rem) minmax(0,1fr);gap:.35rem 1.25rem;font-size:.925rem}
        .card dt{color:var(--quiet);overflow-wrap:anywhere}
        .card dd{min-width:0;overflow-wrap:anywhere}
        .card dl dl{grid-template-columns:fit-content(14rem) minmax(0,1fr);font-size:1em}
        .figure{font-weight:600}
        .card table{font-size:1em}
        .card th,.card td{min-width:0;padding:.25rem .8rem .25rem 0}
        ul.names{display:flex;flex-wrap:wrap;gap:.25rem .4rem;margin:0;padding:0;list-style:none}
        ul.names li{max-width:100%;padding:0 .5em;border:1px solid var(--line);border-radius:5px;overflow-wrap:anywhere}
        .notes{padding-left:1.2rem}
        .notes li{margin:.35rem 0;overflow-wrap:anywhere}
        .scroll{overflow-x:auto;max-width:100%}
        .scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
        section>.scroll,details>.scroll,.figures>.scroll{background:var(--card);border:1px solid var(--line);border-radius:10px}
        table{width:100%;border-collapse:collapse;font-size:.9rem}
        th,td{padding:.5rem .8rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
        tbody tr:last-child>*{border-bottom:0}
        thead th{color:var(--quiet);font-weight:500;white-space:nowrap}
        tbody th{font-weight:600;min-width:8.5rem;max-width:18rem;overflow-wrap:anywhere}
        td{min-width:7rem;max-width:24rem;overflow-wrap:anywhere}
        .num{min-width:0;text-align:right;white-space:nowrap}
        td:last-child:not(.num),.why{min-width:10rem}
        .why{color:var(--quiet)}
        .chosen{color:var(--good)}
        .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem;align-items:start}
        .figures:empty{display:none}
        section>.scroll+.figures,.figures+.scroll,.figures+details{margin-top:1rem}
        figure{margin:0;padding:1rem;background:#fff;color:#1f2933;border:1px solid var(--line);border-radius:10px;max-width:29rem}
        figure svg{display:block;width:100%;height:auto}
        figure text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;fill:#323f4b;unicode-bidi:isolate}
        figcaption{margin-top:.6rem;color:#5b6770;font-size:.85rem}
        summary{padding:.6rem 0;cursor:pointer;color:var(--link)}
        pre{margin:0 0 .75rem;padding:.9rem 1.1rem}
        code{font:.9rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
        @media (max-width:40rem){
        main{padding:1.75rem 1rem 3rem}
        section{margin-top:2.25rem}
        h1{font-size:1.5rem}
        .card{padding:1rem 1.1rem}
        .card dl{display:block}
        .card dt{margin-top:.6rem;font-size:.85rem}
        .card dl dl{display:grid}
        .card dl dl dt{margin:0;font-size:1em}
        .tiles{grid-template-columns:1fr 1fr}
        figure{padding:.6rem .35rem}
        figcaption{padding:0 .5rem}
        }
        @media print{
        :root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--quiet:#444;--line:#bbb;--link:#000;--high:#b3261e;--medium:#9a5b00;--low:#2f6690;--info:#444;--good:#1b7f5c}
        html{font-size:10pt}
        body{font-size:1rem}
        main{max-width:none;padding:0}
        section{margin-top:1.5rem}
        .card,.tile,figure,tr{break-inside:avoid}
        h2,h3{break-after:avoid}
        .high .badge{background:none;color:var(--tone)}
        .scroll{overflow:visible}
        pre{white-space:pre-wrap;overflow-wrap:anywhere}
        thead th{white-space:normal}
        th,td,tbody th,td:last-child:not(.num),.why{min-width:0;padding:.3rem .5rem;overflow-wrap:break-word}
        details::details-content{content-visibility:visible;block-size:auto}
        summary{list-style:none;color:inherit}
        }

        """;
}
