//! Readable text out of a mail's HTML: paragraphs are lines, items have a dash, what was quoted has its ">", links say where they lead.
//! One pass over the tokens; nothing is built in memory but the text.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// Deeper nobody quotes.
const MOST_QUOTES: usize = 20;

/// What HTML says, without line breaks at either end.
pub fn text_of(html: &str) -> String {
    let mut writing = Writing::default();
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => writing.start(&tag),
            Token::EndTag(tag) => writing.end(&tag.name),
            Token::String(text) => writing.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    let lines = writing.out.trim_end();
    lines.trim_start_matches('\n').to_owned()
}

#[derive(Default)]
struct Writing {
    out: String,
    /// Line breaks that come before the next word.
    breaks: usize,
    /// Whether a space comes before the next word.
    space: bool,
    quotes: usize,
    /// How many `pre` are open.
    kept: usize,
    /// An element whose text is none.
    hidden: Option<Vec<u8>>,
    /// Where the open link leads, and where its words begin.
    link: Option<(String, usize)>,
}

/// What stands in lines of its own, and whether an empty line sets it off.
fn lines(name: &[u8]) -> usize {
    match name {
        b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"ul" | b"ol" | b"dl" | b"pre"
        | b"blockquote" | b"table" | b"hr" => 2,
        b"div" | b"li" | b"tr" | b"dt" | b"dd" | b"section" | b"article" | b"header"
        | b"footer" | b"address" | b"center" | b"figure" | b"caption" | b"body" | b"form"
        | b"fieldset" | b"option" => 1,
        _ => 0,
    }
}

fn says_nothing(name: &[u8]) -> bool {
    matches!(
        name,
        b"head" | b"script" | b"style" | b"title" | b"template" | b"noscript" | b"svg" | b"math"
    )
}

impl Writing {
    fn start(&mut self, tag: &StartTag<()>) {
        if self.hidden.is_some() {
            // A mail without an end of its head begins with its body.
            if &**tag.name == b"body" {
                self.hidden = None;
            }
            return;
        }
        let name = tag.name.as_slice();
        self.breaks = self.breaks.max(lines(name));
        match name {
            b"br" => self.line_break(),
            b"hr" => {
                self.word("---");
                self.breaks = 2;
            }
            b"li" => {
                self.word("-");
                self.space = true;
            }
            b"td" | b"th" => self.space = true,
            b"pre" => self.kept += 1,
            b"blockquote" => self.quotes += usize::from(self.quotes < MOST_QUOTES),
            b"img" => {
                if let Some(alt) = tag.attributes.get(b"alt".as_slice()) {
                    self.text(&String::from_utf8_lossy(alt));
                }
            }
            b"a" => {
                let href = tag.attributes.get(b"href".as_slice());
                self.link = href.map(|href| {
                    let href = String::from_utf8_lossy(href).trim().to_owned();
                    (href, self.out.len())
                });
            }
            name if says_nothing(name) && !tag.self_closing => self.hidden = Some(name.to_vec()),
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        if let Some(hidden) = &self.hidden {
            if hidden == name {
                self.hidden = None;
            }
            return;
        }
        match name {
            b"pre" => self.kept = self.kept.saturating_sub(1),
            b"a" => self.end_link(),
            _ => {}
        }
        self.breaks = self.breaks.max(lines(name));
        if name == b"blockquote" {
            self.quotes = self.quotes.saturating_sub(1);
        }
    }

    /// A link says where it leads, unless its words do already.
    fn end_link(&mut self) {
        let Some((href, from)) = self.link.take() else {
            return;
        };
        let words = self.out.get(from..).unwrap_or_default();
        let leads_out = href.starts_with("http://") || href.starts_with("https://");
        let bare = |text: &str| {
            let text = text.trim().trim_end_matches('/');
            let text = text.strip_prefix("https://").unwrap_or(text);
            text.strip_prefix("http://").unwrap_or(text).to_owned()
        };
        let says_so = bare(words) == bare(&href);
        if leads_out && !words.trim().is_empty() && !says_so && href.len() <= 300 {
            self.space = true;
            self.word(&format!("<{}>", href.replace(char::is_whitespace, "")));
        }
    }

    fn line_break(&mut self) {
        if self.breaks > 0 {
            self.begin_lines();
        }
        self.breaks = 1;
        self.space = false;
    }

    fn text(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        if self.kept > 0 {
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    self.line_break();
                }
                if !line.is_empty() {
                    self.word(line);
                }
            }
            return;
        }
        let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
        self.space |= text.starts_with(blank);
        let mut words = text.split(blank).filter(|word| !word.is_empty()).peekable();
        while let Some(word) = words.next() {
            self.word(word);
            self.space = words.peek().is_some() || text.ends_with(blank);
        }
    }

    fn word(&mut self, word: &str) {
        let at_begin = self.out.is_empty();
        if self.breaks > 0 || at_begin {
            self.begin_lines();
        } else if self.space {
            self.out.push(' ');
        }
        self.space = false;
        self.out.push_str(word);
    }

    /// Ends the line, leaves out what has to stay empty, and begins the next with what says that it is quoted.
    fn begin_lines(&mut self) {
        if self.out.is_empty() {
            self.breaks = 1;
        } else {
            for _ in 0..self.breaks {
                let kept = self.out.trim_end_matches(' ').len();
                self.out.truncate(kept);
                self.out.push('\n');
            }
        }
        self.breaks = 0;
        self.space = false;
        if self.quotes > 0 {
            self.out.push_str(&">".repeat(self.quotes));
            self.out.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::text_of;

    #[test]
    fn html_reads_as_it_looks() {
        let all = [
            ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
            (
                "<div>One</div>\n<div>Two <b>bold</b>, &eacute;&nbsp;&lt;</div>",
                "One\nTwo bold, é\u{a0}<",
            ),
            (
                "<head><title>No</title><style>p{}</style></head><body>Yes<script>no()</script></body>",
                "Yes",
            ),
            (
                "<ul><li>a<li>b</ul><table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>",
                "- a\n- b\n\n1 2\n3",
            ),
            (
                "Said<blockquote>quoted<blockquote>deep</blockquote></blockquote>after",
                "Said\n\n> quoted\n\n>> deep\n\nafter",
            ),
            (
                "<a href='https://x.test/'>x.test</a> <a href=\"https://x.test/a\">here</a>",
                "x.test here <https://x.test/a>",
            ),
            ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
            ("a<br><br>b", "a\n\nb"),
            ("<img src=x alt='A picture'>", "A picture"),
            ("<!--[if mso]>no<![endif]-->yes", "yes"),
            ("<head><p>lost", ""),
            ("", ""),
        ];
        for (html, text) in all {
            assert_eq!(text_of(html), text, "{html}");
        }
    }
}
