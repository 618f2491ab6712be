//! What may stay of a mail's styles: properties that change how a thing looks, with values that load nothing and name no place on
//! the page. Everything is on a list, and nothing may be written in another way than plainly: no escape, no unknown function.

use std::collections::HashSet;

/// Longer values nobody writes by hand, and nobody needs.
const LONGEST_VALUE: usize = 200;
/// Of a whole sheet: what newsletters of today bring along, several times over.
const MOST_RULES: usize = 1000;

/// What a mail may say of how it looks. Nothing that places a thing over others, moves, or brings text or pictures of its own.
pub const PROPERTIES: [&str; 73] = [
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-left-radius",
    "border-bottom-right-radius",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-left-radius",
    "border-top-right-radius",
    "border-top-style",
    "border-top-width",
    "border-width",
    "box-sizing",
    "clear",
    "color",
    "direction",
    "display",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style",
    "list-style-position",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-width",
    "overflow-wrap",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
    "word-wrap",
    "writing-mode",
];

const FUNCTIONS: [&str; 4] = ["rgb", "rgba", "hsl", "hsla"];

/// The declarations of a `style` attribute or of a rule that may stay, each ended by a semicolon.
pub fn declarations(css: &str) -> String {
    let css = without_comments(css);
    let mut out = String::new();
    for declaration in css.split(';') {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        if PROPERTIES.binary_search(&name.as_str()).is_ok() && is_harmless(value) {
            out.push_str(&name);
            out.push(':');
            out.push_str(value);
            out.push(';');
        }
    }
    out
}

/// Whether a value can do nothing but say a size, a colour, a font or a word.
fn is_harmless(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || " \t\r\n#%.,()'\"!+-/_".contains(c);
    let even = |quote: char| value.matches(quote).count().is_multiple_of(2);
    !value.is_empty()
        && value.len() <= LONGEST_VALUE
        && value.chars().all(plain)
        && even('\'')
        && even('"')
        && value.matches('(').count() == value.matches(')').count()
        && value.match_indices('(').all(|(at, _)| {
            let before = value[..at].to_ascii_lowercase();
            let mut words = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            words.next().is_some_and(|name| FUNCTIONS.contains(&name))
        })
}

/// The rules of a style sheet that may stay. Whatever begins with an at sign goes, and what is in it: without a size of its own to
/// answer, the frame is best served by what a mail says first.
pub fn sheet(css: &str) -> String {
    let css = without_comments(css)
        .replace("<!--", " ")
        .replace("-->", " ");
    let mut rest = css.as_str();
    let mut out = String::new();
    let mut seen = HashSet::new();
    while seen.len() < MOST_RULES {
        let Some(end) = rest.find(['{', ';', '}']) else {
            break;
        };
        let selector = rest[..end].trim();
        let opens = rest[end..].starts_with('{');
        rest = &rest[end + 1..];
        if !opens {
            continue;
        }
        if selector.starts_with('@') {
            rest = behind_block(rest);
            continue;
        }
        let body = rest.find('}').unwrap_or(rest.len());
        let kept = declarations(&rest[..body]);
        rest = rest.get(body + 1..).unwrap_or_default();
        let rule = format!("{selector}{{{kept}}}\n");
        if !kept.is_empty() && is_selector(selector) && seen.insert(rule.clone()) {
            out.push_str(&rule);
        }
    }
    out
}

fn is_selector(selector: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || " \t\r\n.,#>*-_:+".contains(c);
    !selector.is_empty() && selector.len() <= LONGEST_VALUE && selector.chars().all(plain)
}

/// What comes after a block that is open, with the blocks in it.
fn behind_block(css: &str) -> &str {
    let mut open = 1usize;
    for (at, c) in css.char_indices() {
        match c {
            '{' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return &css[at + 1..];
        }
    }
    ""
}

/// A comment is a space. One that does not end takes the rest with it.
fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        out.push(' ');
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{PROPERTIES, declarations, sheet};

    #[test]
    fn the_list_is_in_order() {
        assert!(PROPERTIES.is_sorted());
    }

    #[test]
    fn what_says_how_it_looks_stays() {
        let all = "COLOR: #123456; background : rgb(1, 2, 3) ;font-family:'Segoe UI', Arial; margin:0 auto !important";
        assert_eq!(
            declarations(all),
            "color:#123456;background:rgb(1, 2, 3);font-family:'Segoe UI', Arial;margin:0 auto !important;"
        );
    }

    #[test]
    fn what_could_load_or_cover_goes() {
        for css in [
            "background:url(https://x.test/a.png)",
            "background:u\\72l(https://x.test)",
            "background:\\75rl(//x.test)",
            "background:ur/**/l(//x.test)",
            "background:URL (//x.test)",
            "background-image:url('//x.test')",
            "background:image-set('//x.test' 1x)",
            "background:-webkit-image-set('//x.test' 1x)",
            "background:cross-fade(url(//x.test), red)",
            "background:paint(x)",
            "background:var(--x)",
            "background:attr(data-x)",
            "width:expression(alert(1))",
            "color:rgb(expression(alert(1)))",
            "position:fixed",
            "position:absolute;top:0;left:0;z-index:9",
            "content:'Signed in as admin'",
            "behavior:url(#x)",
            "-moz-binding:url(//x.test)",
            "list-style-image:url(//x.test)",
            "cursor:url(//x.test),auto",
            "filter:url(//x.test)",
            "mask:url(//x.test)",
            "--x:url(//x.test)",
            "@import '//x.test'",
            "transform:scale(99)",
            "animation:x 1s",
            "color:red}body{background:red",
            "font-family:'x",
            "font-family:</style><script>",
            "src:url(//x.test)",
        ] {
            assert_eq!(declarations(css), "", "{css}");
        }
    }

    #[test]
    fn a_sheet_keeps_plain_rules_only() {
        let css = "@import url(//x.test/a.css); @font-face{font-family:x;src:url(//x.test)} <!-- p.Mso, a:hover { margin:0; background:url(//x.test) } -->\n\
                   @media (max-width:1px){ @supports (x){ p{color:red} } .a{color:red} } input[value^=a]{background:url(//x.test/a)} .b{color:blue} .c{}";
        assert_eq!(sheet(css), "p.Mso, a:hover{margin:0;}\n.b{color:blue;}\n");
        assert_eq!(sheet("@media { .a{color:red}"), "");
        assert_eq!(sheet("p{color:red"), "p{color:red;}\n");
        assert_eq!(sheet("/* p{color:red}"), "");
    }
}
