//! Attacks on what a mail may show. Every vector goes through the whole of it, and the result is read again as a browser reads it.

use html5gum::{DefaultEmitter, Token, Tokenizer};
use proptest::prelude::*;

use super::{Pictures, Shown, document, elements};
use crate::model::Language;

const CID: &str = "/mailbox/files/1";

fn shown(html: &str, pictures: Pictures) -> Shown {
    document(html, pictures, Language::En, |id| {
        (id == "part@1").then(|| CID.to_owned())
    })
}

/// What is between the tags of the body.
fn body(shown: &Shown) -> &str {
    let (_, body) = shown.html.split_once("<body>").unwrap_or_default();
    body.strip_suffix("</body></html>").unwrap_or_default()
}

fn blocked(html: &str) -> String {
    body(&shown(html, Pictures::Blocked)).to_owned()
}

/// Elements and attributes as a browser finds them, each with its value.
fn attributes(html: &str) -> Vec<(String, String, String)> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut found = Vec::new();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        if let Token::StartTag(tag) = token {
            let name = text(&tag.name);
            found.push((name.clone(), String::new(), String::new()));
            for (key, value) in &tag.attributes {
                found.push((name.clone(), text(key), text(value)));
            }
        }
    }
    found
}

/// Why a document is not harmless, should it not be.
fn harm(shown: &Shown, pictures: Pictures) -> Option<String> {
    let (head, _) = shown.html.split_once("</style></head><body>")?;
    let (_, style) = head.split_once("<style>")?;
    let lower = style.to_ascii_lowercase();
    for word in [
        "<",
        "url",
        "@",
        "expression",
        "\\",
        "/*",
        "position",
        "image",
    ] {
        if lower.contains(word) {
            return Some(format!("its style sheet says {word}: {style}"));
        }
    }
    for (element, key, value) in attributes(body(shown)) {
        if elements::known(element.as_bytes()).is_none() || element == "body" {
            return Some(format!("there is a {element}"));
        }
        let lower = value.to_ascii_lowercase();
        let harmless = match key.as_str() {
            "" | "title" | "alt" => true,
            "href" => {
                element == "a"
                    && ["http://", "https://", "mailto:", "tel:"]
                        .iter()
                        .any(|scheme| lower.starts_with(scheme))
            }
            "src" => {
                let remote = lower.starts_with("http://") || lower.starts_with("https://");
                element == "img"
                    && (value == CID
                        || lower.starts_with("data:image/") && !lower.contains("svg")
                        || remote && pictures == Pictures::Shown)
            }
            "style" => !["url", "\\", "expression", "position", "@", "image"]
                .iter()
                .any(|word| lower.contains(word)),
            "rel" => lower == "noopener noreferrer nofollow",
            "target" => lower == "_blank",
            other => elements::ATTRIBUTES.contains(&other),
        };
        if !harmless {
            return Some(format!("{element} has {key}={value}"));
        }
    }
    None
}

const VECTORS: [&str; 88] = [
    "<li><table><li>",
    "<table><a>1<p>2<table><a>3</table></a>",
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.test/a.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"javascript:alert(1)\">",
    "<img/src='x'/onerror='alert(1)'>",
    "<img src=`x`onerror=alert(1)>",
    "<body onload=alert(1) background=//x.test/a>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\"java\tscript:alert(1)\">x</a>",
    "<a href=\"&#106;avascript&colon;alert(1)\">x</a>",
    "<a href=\" \u{1}javascript:alert(1)\">x</a>",
    "<a href=\"vbscript:x\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=//x.test>x</a>",
    "<a href=/settings/users>x</a>",
    "<a href=\\\\x.test>x</a>",
    "<a href=\"https:x.test\">x</a>",
    "<a href='https://x.test' ping=//y.test download target=_self rel=opener onclick=alert(1)>x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><image href=//x.test/a.png></svg>",
    "<svg><use href=//x.test/a.svg#b></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1)></svg>",
    "<svg><foreignObject><img src=x onerror=alert(1)></foreignObject></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<math><annotation-xml encoding=text/html><img src=x onerror=alert(1)></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title=\"</style><img src onerror=alert(1)>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<noembed><img title=\"</noembed><img src onerror=alert(1)>\">",
    "<textarea><img title=\"</textarea><img src onerror=alert(1)>\">",
    "<title><img title=\"</title><img src onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><svg/onload=alert(1)>\">",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<?xml><img src=x onerror=alert(1)>?>",
    "<!doctype x [<!ENTITY a \"<script>alert(1)</script>\">]>&a;",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=//x.test/a.swf>",
    "<applet code=x></applet>",
    "<frameset><frame src=javascript:alert(1)></frameset>",
    "<base href=//x.test/><a href=a>x</a>",
    "<base target=_top>",
    "<meta http-equiv=refresh content='0;url=//x.test'>",
    "<meta http-equiv=Set-Cookie content=a=b>",
    "<link rel=stylesheet href=//x.test/a.css>",
    "<link rel=prefetch href=//x.test>",
    "<form action=//x.test><input name=password><button formaction=//y.test>x</button></form>",
    "<input type=image src=x onerror=alert(1)>",
    "<isindex action=javascript:alert(1)>",
    "<keygen autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<video><source onerror=alert(1) src=//x.test/a.mp4></video>",
    "<video poster=//x.test/a.png></video>",
    "<audio src=//x.test/a.mp3 autoplay></audio>",
    "<picture><source srcset=//x.test/a.png><img src=//x.test/b.png srcset='//x.test/c.png 2x'></picture>",
    "<img src=//x.test/a.png lowsrc=//x.test/b.png dynsrc=//x.test/c longdesc=//x.test/d>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<img src='data:image/svg+xml;base64,PHN2Zy8+'>",
    "<img src='data:image/png;base64,x\" onerror=alert(1) y=\"'>",
    "<img src='cid:part@1\" onerror=\"alert(1)'>",
    "<table background=//x.test/a.png><td background='//x.test/b.png'>x</table>",
    "<div style=\"background:url(//x.test/a.png)\">x</div>",
    "<div style=\"background:u\\72l(//x.test)\">x</div>",
    "<div style=\"position:fixed;top:0;left:0;width:100%;height:100%\">x</div>",
    "<div style='width:expression(alert(1))'>x</div>",
    "<style>@import '//x.test/a.css';</style>",
    "<style>*{background:url(//x.test)} p{color:red;position:fixed}</style>",
    "<style>a{color:red}</style><style>b{font-family:'</style><img src=x onerror=alert(1)>'}</style>",
    "<style>\\@import '//x.test'; b{color:blue}</style>",
    "<p style=\"font-family:'</style><script>alert(1)</script>'\">x</p>",
    "<p id=x name=y tabindex=1 accesskey=x contenteditable data-x=y slot=z is=x>x</p>",
    "<p class='\"><img src=x onerror=alert(1)> steward-picture'>x</p>",
    "<table><tr><td>a</table></td></tr><img src=x onerror=alert(1)>",
];

#[test]
fn no_known_attack_gets_through() {
    for html in VECTORS {
        for pictures in [Pictures::Blocked, Pictures::Shown] {
            let shown = shown(html, pictures);
            assert_eq!(
                harm(&shown, pictures),
                None,
                "{html} became {}",
                body(&shown)
            );
            assert!(!body(&shown).contains("alert(1)>\""), "{html}");
        }
    }
}

/// What is read again and written again must stay the same: what changes when it is parsed once more may change into anything.
#[test]
fn what_is_shown_reads_the_same_a_second_time() {
    for html in VECTORS {
        let once = blocked(html);
        assert_eq!(super::CLEAN.clean(&once).to_string(), once, "{html}");
    }
}

#[test]
fn what_a_mail_is_made_of_stays() {
    for (html, is) in [
        (
            "<html><head><title>x</title></head><body bgcolor=#eeeeee><p>Hello</p></body></html>",
            "<div bgcolor=\"#eeeeee\"><p>Hello</p></div>",
        ),
        (
            "<p class=MsoNormal style='margin:0cm;mso-x:1'><b>a</b> &amp; b<o:p></o:p>",
            "<p class=\"MsoNormal\" style=\"margin:0cm\"><b>a</b> &amp; b</p>",
        ),
        (
            "<table width=600><tr><td align=center>a<td>b<tr><td>c</table>",
            "<table width=\"600\"><tbody><tr><td align=\"center\">a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>",
        ),
        (
            "<ul><li>a<li>b<ul><li>c</ul></ul>",
            "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>",
        ),
        (
            "<a href='https://x.test/?a=1&amp;b=2'>x</a>",
            "<a href=\"https://x.test/?a=1&amp;b=2\" title=\"https://x.test/?a=1&amp;b=2\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a>",
        ),
        ("<p>a<p>b<div>c</div>", "<p>a</p><p>b</p><div>c</div>"),
        ("a</td></div>b", "ab"),
    ] {
        assert_eq!(blocked(html), is, "{html}");
    }
}

#[test]
fn styles_of_a_sheet_come_along() {
    let shown = shown(
        "<style>.a{color:red;background:url(//x.test)}</style><p class=a>x",
        Pictures::Blocked,
    );
    assert!(shown.html.contains(".a{color:red;}"));
    assert_eq!(body(&shown), "<p class=\"a\">x</p>");
}

#[test]
fn pictures_from_elsewhere_are_fetched_only_where_that_was_asked_for() {
    let html = "<img src='https://x.test/a.png' alt='Our shop' width=300><img src=//x.test/b.png><img src=http://x.test/dot width=1 height=1>\
                <img src='cid:part@1' alt=Logo><img src='cid:<part%401>'><img src=cid:other alt=Gone><img src='data:image/png;base64,iVBORw0KGgo='>";
    let without = shown(html, Pictures::Blocked);
    assert_eq!(without.blocked, 3);
    assert_eq!(
        body(&without),
        format!(
            "<span class=\"steward-picture\">Our shop</span><span class=\"steward-picture\">Picture</span>\
             <img src=\"{CID}\" alt=\"Logo\"><img src=\"{CID}\"><span class=\"steward-picture\">Gone</span><img src=\"data:image/png;base64,iVBORw0KGgo=\">"
        )
    );
    let with = shown(html, Pictures::Shown);
    assert_eq!(with.blocked, 0);
    for address in [
        "https://x.test/a.png",
        "https://x.test/b.png",
        "http://x.test/dot",
    ] {
        assert!(
            body(&with).contains(&format!("src=\"{address}\"")),
            "{address}"
        );
    }
}

#[test]
fn the_policy_is_a_second_fence() {
    let without = shown("<img src=https://x.test/a>", Pictures::Blocked);
    let is = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'";
    assert!(without.html.starts_with("<!doctype html><html><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\""));
    assert!(without.html.contains(&format!("content=\"{is}\"")));
    assert!(without.policy.starts_with(is));
    assert!(
        without
            .policy
            .ends_with("sandbox allow-popups allow-popups-to-escape-sandbox")
    );
    assert!(without.html.contains("<base target=\"_blank\">"));
    assert!(
        shown("", Pictures::Shown)
            .policy
            .contains("img-src 'self' data: http: https:")
    );
    let elsewhere = document("<img src=cid:a>", Pictures::Blocked, Language::En, |_| {
        Some("https://files.test/a?b=c".to_owned())
    });
    assert!(
        elsewhere
            .policy
            .contains("img-src 'self' data: https://files.test;")
    );
}

/// Each of these is built to make a parser go deep, or over the same ground again and again.
#[test]
fn no_html_is_too_deep_or_too_crooked() {
    let many = 100_000;
    let attributes = |i: usize| format!(" a{i}=1");
    let all = [
        "<div>".repeat(many),
        "<b>".repeat(many),
        "<table><tr><td>".repeat(many / 3),
        "<blockquote><p>x".repeat(many / 2),
        "<p><b><i>x</p>".repeat(many / 2),
        "<a><div>".repeat(many),
        "<svg>".repeat(many),
        "<ul><li>".repeat(many),
        "</div>".repeat(many),
        "<table><b>x".repeat(many / 2),
        "<p><font color=red>".repeat(many),
        format!(
            "<p>{}</p>{}",
            "<font size=1 ".repeat(many),
            "<p>x".repeat(many)
        ),
        format!("<p>{}</p>{}", "<b>".repeat(150), "<p>x".repeat(many)),
        format!(
            "<div>{}<table><td>{}",
            "<b>".repeat(150),
            "</b><p>".repeat(many)
        ),
        format!("<p{}>x", (0..many).map(attributes).collect::<String>()),
        format!("<p style=\"{}\">x", "a:(".repeat(many)),
        format!("<style>{}</style>", "@a{".repeat(many)),
        format!("<style>{}</style>", "/*".repeat(many)),
        format!("<style>{}</style>", "p{color:red}".repeat(many)),
        "<!--".repeat(many),
        "<".repeat(many * 2),
        "&".repeat(many * 2),
        "<img src=https://x.test>".repeat(many),
        format!("<i>{}", "<span>x</i>".repeat(many)),
    ];
    for html in all {
        let shown = shown(&html, Pictures::Blocked);
        assert_eq!(harm(&shown, Pictures::Blocked), None);
        let begins = &html[..html.len().min(60)];
        assert!(shown.html.len() < 8 * 1024 * 1024, "{begins} grew");
        let mut depth = 0usize;
        for part in body(&shown).split('<').skip(1) {
            let void = ["img", "br", "hr", "wbr"]
                .iter()
                .any(|name| part.starts_with(name));
            if part.starts_with('/') {
                depth = depth.saturating_sub(1);
            } else if !void {
                depth += 1;
            }
            assert!(depth < 1000, "{begins} is deep");
        }
    }
}

#[test]
fn of_too_much_html_the_beginning_is_shown() {
    let html = format!("<p>first</p>{}<p>last</p>", "é".repeat(super::LONGEST));
    let shown = blocked(&html);
    assert!(shown.starts_with("<p>first</p>é") && !shown.contains("last"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_pieces_of_html_become_harmful(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "<svg>", "</svg>", "<math>", "<mtext>", "<mglyph>", "<style>", "</style>", "<!--", "-->", "<table>", "<td>", "</td>", "<tr>",
                "</table>", "<a href='", "<img src=", "onerror=alert(1)", ">", "'", "\"", "<p title=\"", "</p>", "<b>", "</b>", "<form>",
                "</form>", "<select>", "<option>", "<textarea>", "</textarea>", "<script>", "</script>", "<![CDATA[", "]]>", "javascript:alert(1)",
                "https://x.test", "style=\"", "background:url(//x.test)", "{", "}", "@import", "<template>", "</template>", "<noscript>", "\\75", "/*", "*/",
                "&lt;", "&#x6a;", "\u{0}", "x ", "<caption>", "<h1>", "<ruby><rt>", "<font color=", "cid:part@1", " ", "/", "<annotation-xml encoding=text/html>",
                "<li>", "<body ", "<title>", "</title>", "<plaintext>", "<div ", "class=steward-picture ", "<dl><dd>",
            ]),
            0..40,
        )
    ) {
        let html = pieces.concat();
        let shown = shown(&html, Pictures::Blocked);
        prop_assert_eq!(harm(&shown, Pictures::Blocked), None, "{} became {}", html, body(&shown));
        let once = body(&shown).to_owned();
        prop_assert_eq!(super::CLEAN.clean(&once).to_string(), once);
    }
}
