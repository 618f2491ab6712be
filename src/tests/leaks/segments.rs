//! The ways of segments: filters that ask for each record, or for its customer, by name or id; saved ones, shared ones, and
//! the builder, which names what a filter names.

use anyhow::{Result, ensure};

use super::{visit::Visit, ways::parsed};
use crate::{
    model::{
        RecordKind,
        lists::{ListPage, ListQuery},
        segments::{Condition, Filter, Group, Match, Node, Operator, Path, SegmentLink},
    },
    records::api::segments::SegmentCount,
};

fn filter(path: &Path, op: Operator, value: &str) -> Filter {
    Filter(Group {
        matches: Match::All,
        of: vec![Node::Condition(Condition {
            field: path.text(),
            op,
            values: vec![value.to_owned()],
        })],
    })
}

async fn total(visit: &mut Visit<'_>, filter: Filter) -> Result<i64> {
    let text = String::from(filter);
    let values = [
        ("kind", visit.kind.child()),
        ("query[segment]", "all"),
        ("query[q]", ""),
        ("query[filter]", text.as_str()),
        ("query[page]", "first"),
    ];
    let answer = visit.call("list", &values).await?;
    let shown = parsed::<ListPage>(&answer)?.map_or(0, |page| page.rows.len());
    let answer = visit.call("list-count", &values).await?;
    let count = parsed::<i64>(&answer)?.unwrap_or_default();
    ensure!(count == i64::try_from(shown)?, "{count} of {shown}");
    Ok(count)
}

/// By its name, by what its name begins with, and as one that a record points at.
pub async fn filters(visit: &mut Visit<'_>) -> Result<()> {
    let title = Path::own(visit.kind.title_field().key());
    for made in visit.one_by_one() {
        for op in [Operator::Contains, Operator::StartsWith] {
            let n = total(visit, filter(&title, op, &made.word)).await?;
            ensure!(
                n <= i64::from(visit.person.sees(made.id)),
                "{}: {n}",
                made.word
            );
        }
        let query = ListQuery {
            filter: Some(filter(&title, Operator::Contains, &made.word)),
            columns: visit
                .kind
                .fields()
                .iter()
                .map(|field| field.key().to_owned())
                .collect(),
            ..ListQuery::default()
        };
        visit.types(made);
        visit.page(&query.address(visit.kind)).await?;
    }
    Ok(())
}

/// What points at a record that one does not see is found by nothing of it.
pub async fn by_customer(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let id = made.id.to_string();
        for kind in RecordKind::ALL {
            for via in kind
                .fields()
                .iter()
                .filter(|field| field.kind.targets().contains(&made.kind))
            {
                let word = Path {
                    via: Some((via.key().to_owned(), made.kind)),
                    field: made.kind.title_field().key().to_owned(),
                };
                let before = visit.kind;
                visit.kind = kind;
                let of_word = total(visit, filter(&word, Operator::Contains, &made.word)).await?;
                let of_id = total(visit, filter(&Path::own(via.key()), Operator::Is, &id)).await?;
                visit.kind = before;
                ensure!(
                    visit.person.sees(made.id) || (of_word, of_id) == (0, 0),
                    "{} is found by what points at it: {of_word}, {of_id}",
                    made.word
                );
            }
        }
    }
    Ok(())
}

/// Saved, linked, counted, built again, duplicated, moved, deleted.
pub async fn saved(visit: &mut Visit<'_>) -> Result<()> {
    let kind = visit.kind;
    let title = kind.title_field().key();
    let form = [
        ("kind", kind.child()),
        ("form[name]", "Everything"),
        ("form[audience]", "me"),
        ("form[rows][0][match]", "all"),
        ("form[rows][1][parent]", "0"),
        ("form[rows][1][field]", title),
        ("form[rows][1][op]", "not_empty"),
    ];
    visit.call("save-segment", &form).await?;
    let of_kind = [("kind", kind.child())];
    let counts = visit.call("segment-counts", &of_kind).await?;
    let counts: Vec<SegmentCount> = parsed(&counts)?.unwrap_or_default();
    let links = visit.call("segment-links", &of_kind).await?;
    let links: Vec<SegmentLink> = parsed(&links)?.unwrap_or_default();
    visit.call("segment-list", &of_kind).await?;
    visit.page(&format!("/{}/segments", kind.path())).await?;
    visit
        .page(&format!("/{}/segments/new", kind.path()))
        .await?;
    let mine = visit
        .asked
        .iter()
        .filter(|id| visit.person.sees(**id))
        .count();
    for link in links {
        let id = link.id.to_string();
        let counted = counts.iter().find(|one| one.segment == Some(link.id));
        ensure!(
            counted.and_then(|one| one.count) == Some(i64::try_from(mine)?),
            "{counted:?} of {mine}"
        );
        super::ways::follow(visit, format!("/{}?segment={id}", kind.path())).await?;
        visit
            .page(&format!("/{}/segments/{id}", kind.path()))
            .await?;
        let one = [("kind", kind.child()), ("id", id.as_str())];
        visit.call("segment-builder", &one).await?;
        visit
            .call("move-segment", &[one[0], one[1], ("up", "true")])
            .await?;
        visit.call("duplicate-segment", &one).await?;
        visit.call("delete-segment", &one).await?;
    }
    Ok(())
}

/// The builder says what the records are called that a filter names: of those that one does not see, nothing.
pub async fn builder(visit: &mut Visit<'_>) -> Result<()> {
    let pointing = RecordKind::ALL.into_iter().filter(|kind| {
        let mut fields = kind.fields().iter();
        let points = fields.any(|field| field.kind.targets().contains(&visit.kind));
        points && visit.person.may_use(*kind)
    });
    let is_named = pointing.count() > 0;
    for made in visit.one_by_one() {
        for kind in RecordKind::ALL {
            for via in kind
                .fields()
                .iter()
                .filter(|field| field.kind.targets().contains(&made.kind))
            {
                let text = String::from(filter(
                    &Path::own(via.key()),
                    Operator::IsAnyOf,
                    &made.id.to_string(),
                ));
                let values = [("kind", kind.child()), ("filter", text.as_str())];
                visit.call("segment-builder", &values).await?;
            }
        }
    }
    // Only projects come from deals.
    if !is_named {
        visit.asked.clear();
    }
    Ok(())
}

/// As of a day, and as somebody else, one sees what one may see.
pub async fn otherwise(visit: &mut Visit<'_>) -> Result<()> {
    let actors = visit
        .scene
        .people
        .iter()
        .filter_map(|person| person.actor.as_ref());
    let others: Vec<String> = actors.take(3).map(|actor| actor.user.to_string()).collect();
    for address in [
        "segment=all&asof=9000-01-01",
        "segment=mine&asof=9000-01-01",
        "segment=unassigned&asof=9000-01-01",
    ] {
        super::ways::follow(visit, format!("/{}?{address}", visit.kind.path())).await?;
    }
    for user in others {
        super::ways::follow(
            visit,
            format!("/{}?segment=mine&as={user}", visit.kind.path()),
        )
        .await?;
    }
    Ok(())
}
