//! Bars beside one another, drawn without scripts: an image with a title, whose numbers stand in a table beside it.
//! What is stretched to the width of the page is the drawing alone; its words are text of the page, as large as any other.

use leptos::prelude::*;

/// The bars of one colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    pub label: String,
    /// One for each place of the chart; none is less than 0.
    pub values: Vec<i64>,
}

/// A place is so wide, and the drawing so high; in units that are stretched.
const PLACE: usize = 12;
const HEIGHT: f64 = 100.0;

/// Up to where the scale goes: an even number that begins with one digit, so that its half is a number too.
fn top(most: i64) -> i64 {
    let mut ten: i64 = 1;
    loop {
        for digit in [2, 4, 6, 8, 10] {
            let top = ten.saturating_mul(digit);
            if top >= most {
                return top;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

/// One bar: from the left, from the top, how wide and how high.
fn bar(
    place: usize,
    of: usize,
    n: usize,
    value: i64,
    top: i64,
) -> (String, String, String, String) {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a pixel more or less is not seen"
    )]
    let (left, width, height) = {
        let width = (PLACE as f64 - 2.0) / of as f64;
        let left = (place * PLACE) as f64 + 1.0 + n as f64 * width;
        (left, width, value as f64 / top as f64 * HEIGHT)
    };
    let text = |number: f64| format!("{number:.2}");
    (text(left), text(HEIGHT - height), text(width), text(height))
}

#[component]
pub fn BarChart(
    /// Of the drawing; its title has the same with `-title` behind.
    #[prop(into)]
    id: String,
    #[prop(into)] title: String,
    /// What the places are called, from the left.
    places: Vec<String>,
    series: Vec<Series>,
    /// How a number is written.
    written: fn(i64) -> String,
) -> impl IntoView {
    let most = series.iter().flat_map(|one| &one.values).max();
    let top = top(most.copied().unwrap_or_default());
    let width = places.len().max(1) * PLACE;
    let of = series.len().max(1);
    let place = |(place, name): (usize, &String)| {
        let bars = series.iter().enumerate().map(|(n, one)| {
            let value = one.values.get(place).copied().unwrap_or_default();
            let (x, y, width, height) = bar(place, of, n, value, top);
            view! { <rect class=format!("series-{n}") x=x y=y width=width height=height></rect> }
        });
        let numbers = series.iter().map(|one| {
            let value = one.values.get(place).copied().unwrap_or_default();
            format!("{}: {}", one.label, written(value))
        });
        let tip = format!("{name} – {}", numbers.collect::<Vec<_>>().join(", "));
        view! {
            <g>
                <title>{tip}</title>
                <rect class="place" x=(place * PLACE).to_string() y="0" width=PLACE.to_string() height="100"></rect>
                {bars.collect_view()}
            </g>
        }
    };
    let legend = series.iter().enumerate().map(|(n, one)| {
        view! { <li><span class=format!("swatch series-{n}")></span>{one.label.clone()}</li> }
    });
    let ends = [0, places.len() / 2, places.len().saturating_sub(1)];
    let mut ends: Vec<usize> = ends.to_vec();
    ends.dedup();
    let axis = ends.into_iter().filter_map(|n| places.get(n));
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    view! {
        <div class="chart">
            <ul class="legend" aria-hidden="true">{legend.collect_view()}</ul>
            <div class="scale" aria-hidden="true"><span>{written(top)}</span><span>{written(top / 2)}</span><span>{written(0)}</span></div>
            <svg id=id role="img" aria-labelledby=labelled_by viewBox=format!("0 0 {width} 100") preserveAspectRatio="none">
                <title id=title_id>{title}</title>
                <path class="grid" d=format!("M0 0H{width}M0 50H{width}M0 100H{width}")></path>
                {places.iter().enumerate().map(place).collect_view()}
            </svg>
            <div class="axis" aria-hidden="true">{axis.map(|name| view! { <span>{name.clone()}</span> }).collect_view()}</div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_number_that_nothing_exceeds() {
        for (most, expected) in [
            (0, 2),
            (1, 2),
            (3, 4),
            (10, 10),
            (11, 20),
            (41, 60),
            (999, 1000),
            (1001, 2000),
        ] {
            assert_eq!(top(most), expected, "{most}");
        }
    }

    #[test]
    fn bars_stand_beside_one_another_on_the_ground() {
        let text = |bar: (&str, &str, &str, &str)| {
            let (a, b, c, d) = bar;
            (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned())
        };
        assert_eq!(
            bar(0, 2, 0, 10, 10),
            text(("1.00", "0.00", "5.00", "100.00"))
        );
        assert_eq!(
            bar(1, 2, 1, 5, 10),
            text(("18.00", "50.00", "5.00", "50.00"))
        );
        assert_eq!(
            bar(3, 1, 0, 0, 2),
            text(("37.00", "100.00", "10.00", "0.00"))
        );
    }
}
