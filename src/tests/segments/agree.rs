//! The database and the evaluator find the same records: for each operator of each field by itself, for trees of them, now
//! and as of a day, for who sees everything and for who sees some.

use anyhow::{Context, Result, ensure};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{evaluate::Sight, none_of, query, random, world::World};
use crate::{
    model::{
        Actor, RecordId, RecordKind,
        lists::ListQuery,
        segments::{Compares, Condition, Group, Node, check},
    },
    records::store::{self, Narrowed, known},
};

/// Another run may ask for other dice.
fn seed() -> u64 {
    let asked = std::env::var("STEWARD_SEED").ok();
    asked
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_261_125)
}

async fn in_database(
    world: &World,
    viewer: &Actor,
    kind: RecordKind,
    list: &ListQuery,
) -> Result<Vec<RecordId>> {
    let mut tx = world.app.database.begin(viewer).await?;
    let narrowed = Narrowed::of(&mut tx, kind, list).await?;
    ensure!(narrowed.broken.is_empty(), "{:?}", narrowed.broken);
    let mut select = QueryBuilder::new(format!("select r.id from {} r", kind.table()));
    narrowed.push(&mut select, &tx);
    select.push(" order by r.id");
    let ids: Vec<Uuid> = select
        .build_query_scalar()
        .fetch_all(tx.connection())
        .await?;
    let count = narrowed.count(&mut tx, None).await?;
    ensure!(
        count == i64::try_from(ids.len())?,
        "the count is the list's length"
    );
    Ok(ids.into_iter().map(RecordId).collect())
}

async fn agree(
    world: &World,
    sight: &Sight,
    viewer: &Actor,
    kind: RecordKind,
    group: &Group,
) -> Result<usize> {
    let mut tx = world.app.database.begin(viewer).await?;
    let known = known(&mut tx, kind, std::slice::from_ref(group)).await?;
    drop(tx);
    let checked = check(group, &known).map_err(|broken| anyhow::anyhow!("{broken:?}"))?;
    let own = sight.records.iter().filter(|(_, seen)| seen.kind == kind);
    let expected: Vec<RecordId> = own
        .filter(|(id, _)| sight.holds(**id, &checked))
        .map(|(id, _)| *id)
        .collect();
    let found = in_database(world, viewer, kind, &query(group.clone())).await?;
    let name = |ids: &[RecordId]| {
        let names = ids.iter().filter_map(|id| sight.records.get(id));
        names.map(|seen| seen.name.clone()).collect::<Vec<_>>()
    };
    let json = serde_json::to_string(group)?;
    ensure!(
        found == expected,
        "{} of {kind:?} for {}: the database finds {:?}, it should be {:?}",
        json,
        viewer.full_name,
        name(&found),
        name(&expected)
    );
    Ok(found.len())
}

struct Dice<'a> {
    world: &'a World,
    records: Vec<RecordId>,
    phases: Vec<Uuid>,
}

impl<'a> Dice<'a> {
    async fn new(world: &'a World, sight: &Sight) -> Result<Self> {
        let mut tx = world.app.database.begin(&world.ann).await?;
        let phases = store::phases(&mut tx).await?;
        Ok(Self {
            world,
            records: sight.records.keys().copied().collect(),
            phases: phases.iter().map(|phase| phase.id).collect(),
        })
    }
}

#[tokio::test]
async fn each_operator_of_each_field_finds_what_it_says_and_its_opposite_the_rest() -> Result<()> {
    let world = World::new(seed()).await?;
    let mut dice = StdRng::seed_from_u64(seed());
    for viewer in [&world.ann, &world.emma] {
        let sight = world.sight(viewer).await?;
        let of = Dice::new(&world, &sight).await?;
        for kind in RecordKind::ALL {
            let mut tx = world.app.database.begin(viewer).await?;
            let known = known(&mut tx, kind, &[]).await?;
            drop(tx);
            let all = sight
                .records
                .values()
                .filter(|seen| seen.kind == kind)
                .count();
            for (path, field) in random::paths(&known) {
                for op in Compares::of(field.kind).operators() {
                    let one = random::condition(
                        &mut dice,
                        of.world,
                        &of.records,
                        &of.phases,
                        &path,
                        &field,
                        *op,
                    );
                    let node = Node::Condition(one);
                    let found = agree(
                        &world,
                        &sight,
                        viewer,
                        kind,
                        &super::all_of(vec![node.clone()]),
                    )
                    .await?;
                    let rest = super::all_of(vec![none_of(vec![node])]);
                    let rest = agree(&world, &sight, viewer, kind, &rest).await?;
                    ensure!(found + rest == all, "{path:?} {op:?}");
                }
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn trees_of_conditions_find_what_the_evaluator_finds() -> Result<()> {
    let world = World::new(seed() + 1).await?;
    let mut dice = StdRng::seed_from_u64(seed() + 1);
    let mut some = 0;
    for viewer in [&world.ann, &world.emma] {
        let sight = world.sight(viewer).await?;
        let of = Dice::new(&world, &sight).await?;
        for kind in RecordKind::ALL {
            let mut tx = world.app.database.begin(viewer).await?;
            let known = known(&mut tx, kind, &[]).await?;
            drop(tx);
            let paths = random::paths(&known);
            let mut one = |dice: &mut StdRng| -> Condition {
                let (path, field) = &paths[dice.random_range(0..paths.len())];
                let operators = Compares::of(field.kind).operators();
                let op = operators[dice.random_range(0..operators.len())];
                random::condition(dice, of.world, &of.records, &of.phases, path, field, op)
            };
            for _ in 0..60 {
                let group = random::tree(&mut dice, 4, &mut one);
                let found = agree(&world, &sight, viewer, kind, &group).await?;
                some += usize::from(found > 0);
            }
        }
    }
    // Trees that find nothing would agree about nothing.
    ensure!(some > 100, "only {some} trees found anything");
    Ok(())
}

#[tokio::test]
async fn as_of_a_day_people_are_those_whom_the_history_names() -> Result<()> {
    let world = World::new(seed() + 2).await?;
    let sight = world.sight(&world.ann).await?;
    for (kind, key) in [
        (RecordKind::Company, "sales_contact"),
        (RecordKind::Project, "managers"),
        (RecordKind::Project, "collaborators"),
    ] {
        as_of(&world, &sight, kind, key).await?;
    }
    Ok(())
}

async fn as_of(world: &World, sight: &Sight, kind: RecordKind, key: &str) -> Result<()> {
    let mut tx = world.app.database.begin(&world.ann).await?;
    let field = store::catalogue(&mut tx, kind)
        .await?
        .field(key)
        .context("it")?
        .clone();
    drop(tx);
    let mut some = 0;
    for back in 0..4 {
        let day = sight.clock.today - chrono::TimeDelta::days(back);
        for user in &world.people {
            let list = ListQuery {
                as_of: Some(day),
                ..query(super::all_of(vec![super::condition(
                    key,
                    crate::model::segments::Operator::IsAnyOf,
                    &[&user.to_string()],
                )]))
            };
            let found = in_database(world, &world.ann, kind, &list).await?;
            some += found.len();
            let who = crate::model::segments::Who {
                users: vec![*user],
                ..Default::default()
            };
            let was = super::evaluate::was_on(sight, &field, day, &who, kind);
            ensure!(
                found == was,
                "{key} {user} on {day}: {} and {}",
                found.len(),
                was.len()
            );
        }
    }
    ensure!(some > 0, "nobody was ever in {key}");
    Ok(())
}
