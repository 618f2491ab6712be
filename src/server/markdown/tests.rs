//! What people type and what they should not be able to: both through the same door.
//! Nothing that runs, loads or leads elsewhere than it says gets out.

use std::time::{Duration, Instant};

use super::{Names, Piece, html, mentioned, pieces};

fn names() -> Names {
    let all = [
        "Eva Maes",
        "Eva Maes-Claes",
        "José O'Hara",
        "A <b>Bold</b> One",
    ];
    Names::new(all.map(str::to_owned))
}

fn shown(markdown: &str) -> String {
    html(markdown, &names()).trim().to_owned()
}

#[test]
fn what_people_write_looks_as_they_mean_it() {
    for (typed, meant) in [
        (
            "Hello **you** and _me_",
            "<p>Hello <strong>you</strong> and <em>me</em></p>",
        ),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("~~no~~ `code`", "<p><del>no</del> <code>code</code></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>"),
        (
            "- [x] done\n- [ ] not",
            "<ul>\n<li>☑ done</li>\n<li>☐ not</li>\n</ul>",
        ),
        ("# Big\n\n#### Small", "<h3>Big</h3>\n<h3>Small</h3>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
    ] {
        assert_eq!(shown(typed), meant, "{typed}");
    }
    let table = shown("| a | b |\n|---|--:|\n| 1 | 2 |");
    assert!(
        table.contains("<th>a</th><th>b</th>") && !table.contains("style"),
        "{table}"
    );
}

#[test]
fn a_link_leads_to_the_web_or_to_a_mail_and_tells_nobody_where_from() {
    const REL: &str = "rel=\"noopener noreferrer nofollow\"";
    for (typed, meant) in [
        (
            "[x](https://a.test/b)",
            format!("<a href=\"https://a.test/b\" {REL}>x</a>"),
        ),
        (
            "[x](mailto:a@b.test)",
            format!("<a href=\"mailto:a@b.test\" {REL}>x</a>"),
        ),
        (
            "See https://a.test/b_c_d?e=1&f, please.",
            format!(
                "See <a href=\"https://a.test/b_c_d?e=1&amp;f\" {REL}>https://a.test/b_c_d?e=1&amp;f</a>, please."
            ),
        ),
        (
            "(http://a.test)",
            format!("(<a href=\"http://a.test\" {REL}>http://a.test</a>)"),
        ),
        (
            "![A picture](https://a.test/p.png)",
            format!("<a href=\"https://a.test/p.png\" {REL}>A picture</a>"),
        ),
        (
            "![](https://a.test/p.png)",
            format!("<a href=\"https://a.test/p.png\" {REL}>https://a.test/p.png</a>"),
        ),
        (
            "[![p](https://a.test/p.png)](https://b.test)",
            format!("<a href=\"https://b.test\" {REL}>p</a>"),
        ),
        (
            "![a [b](https://b.test) c](https://a.test)",
            format!("<a href=\"https://a.test\" {REL}>a b c</a>"),
        ),
        ("xhttp://a.test", "xhttp://a.test".to_owned()),
        ("`https://a.test`", "<code>https://a.test</code>".to_owned()),
    ] {
        assert_eq!(shown(typed), format!("<p>{meant}</p>"), "{typed}");
    }
}

#[test]
fn nothing_runs_and_nothing_is_loaded() {
    for hostile in [
        "<script>alert(1)</script>",
        "x <script>alert(1)</script> y",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<img src=x onerror=alert(1)>",
        "\"><svg onload=alert(1)>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "</textarea><script>alert(1)</script>",
        "</title></p></div><iframe src=https://evil.test></iframe>",
        "<!-- --!> <script>alert(1)</script> -->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?php <script>alert(1)</script> ?>",
        "<style>* { display: none }</style>",
        "<p style=\"position:fixed\" class=\"toast\" id=\"main\" onclick=alert(1)>x</p>",
        "<form action=/api/delete><input name=id></form>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "[x](&#x6A;avascript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "[x](vbscript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        "![x](javascript:alert(1))",
        "<javascript:alert(1)>",
        "[x](//evil.test)",
        "[x](/settings/users)",
        "[x](\\\\evil.test)",
        "[x](https://a.test \"onmouseover=alert(1)\")",
        "[x](https://a.test/\"onmouseover=\"alert(1))",
        "https://a.test/\"onmouseover=\"alert(1)",
        "[x]: javascript:alert(1)\n\n[x]",
        "```\"><script>alert(1)</script>\nx\n```",
        "```html onload=alert(1)\n<script>alert(1)</script>\n```",
        "`<script>alert(1)</script>`",
        "@A <b>Bold</b> One",
        "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
        "- [x](javascript:alert(1))\n  - > <img src=x onerror=alert(1)>",
    ] {
        let out = shown(hostile);
        assert_only_what_is_allowed(&out, hostile);
    }
}

/// Looks at the tags of what came out, one by one.
fn assert_only_what_is_allowed(out: &str, typed: &str) {
    for tag in out.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or((tag, ""));
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(
            super::TAGS.contains(&name.trim_start_matches('/')),
            "{typed}\n{out}"
        );
        let rest = attributes
            .replace("rel=\"noopener noreferrer nofollow\"", "")
            .replace("class=\"mention\"", "");
        let rest = rest.trim();
        let leads = ["http://", "https://", "mailto:"]
            .iter()
            .any(|scheme| rest.starts_with(&format!("href=\"{scheme}")));
        let one = rest.matches('"').count() == 2 && rest.ends_with('"');
        assert!(rest.is_empty() || (leads && one), "{typed}\n{out}");
    }
}

#[test]
fn a_colleague_is_mentioned_by_the_longest_name_that_fits() {
    let names = names();
    let found = |text: &str| -> Vec<String> {
        mentioned(text, &names)
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    for (typed, meant) in [
        ("@Eva Maes", vec!["Eva Maes"]),
        (
            "Ask @eva maes, or @EVA MAES-CLAES.",
            vec!["Eva Maes", "Eva Maes-Claes"],
        ),
        ("**@Eva Maes**", vec!["Eva Maes"]),
        ("(@José O'Hara)", vec!["José O'Hara"]),
        ("<i>@Eva Maes</i>", vec!["Eva Maes"]),
        ("@Eva Maesen, x@Eva Maes, @Eva, Eva Maes", vec![]),
        ("`@Eva Maes`", vec![]),
        ("    @Eva Maes", vec![]),
        ("[@Eva Maes](https://a.test)", vec![]),
    ] {
        assert_eq!(found(typed), meant, "{typed}");
    }
    assert_eq!(
        shown("@eva maes: hi"),
        "<p><span class=\"mention\">@Eva Maes</span>: hi</p>"
    );
    assert_eq!(
        shown("\\@A x @Nobody"),
        "<p>@A x @Nobody</p>",
        "who is no colleague is text"
    );
    assert_eq!(
        pieces("é @Eva Maes é", &names),
        [
            Piece::Text("é "),
            Piece::Mention("Eva Maes"),
            Piece::Text(" é")
        ]
    );
}

#[test]
fn however_deep_and_long_it_is_it_ends_soon() {
    for much in [
        ">".repeat(20_000),
        "> - ".repeat(5_000),
        "- ".repeat(10_000),
        "[".repeat(20_000),
        "*_".repeat(10_000),
        "![".repeat(10_000),
        "<".repeat(20_000),
        "`".repeat(20_000),
        "@Eva ".repeat(4_000),
        "http://".repeat(2_800),
        "| a ".repeat(5_000) + "\n" + &"|-".repeat(5_000),
    ] {
        let begun = Instant::now();
        let out = shown(&much);
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{}: {:?}",
            &much[..10],
            begun.elapsed()
        );
        assert!(out.len() < 2_000_000, "{}: {}", &much[..10], out.len());
    }
}
