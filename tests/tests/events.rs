//! The events of a run, for whoever listens through `tracing`.
//!
//! Alone in its file: tracing remembers for the whole process whether anybody listens to an event.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use thalweg::objectives::DiagonalQuadratic;
use thalweg::prelude::*;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as SpanRecord};
use tracing::{Event, Level, Metadata, Subscriber};

const DESCENT: Scheduled<GradientDescent, Constant> =
    Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.2 } };

fn bowl() -> DiagonalQuadratic {
    DiagonalQuadratic::new([1.0, 3.0], [-1.0, 2.0], 7.0).expect("finite numbers")
}

/// Keeps the fields of the driver's events, by level.
#[derive(Clone, Default)]
struct Listening {
    events: Arc<Mutex<Vec<(Level, String)>>>,
    spans: Arc<AtomicU64>,
}

struct Words(String);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0 += &format!("{}={value:?};", field.name());
    }
}

impl Subscriber for Listening {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1 + self.spans.fetch_add(1, Ordering::Relaxed))
    }
    fn record(&self, _: &Id, _: &SpanRecord<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        if event.metadata().target().starts_with("thalweg_driver") {
            let mut words = Words(String::new());
            event.record(&mut words);
            self.events.lock().expect("no test panics here").push((*event.metadata().level(), words.0));
        }
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn every_row_and_the_end_are_events() {
    let listening = Listening::default();
    let run = tracing::subscriber::with_default(listening.clone(), || {
        minimize(&bowl(), &DESCENT, &[10.0, 0.1], Stop::after(7), silent).expect("valid input")
    });
    let events = listening.events.lock().expect("no test panics here");
    let (rows, ends): (Vec<_>, Vec<_>) = events.iter().partition(|(level, _)| *level == Level::TRACE);
    assert_eq!((rows.len(), ends.len()), (8, 1));
    assert!(
        rows.iter().enumerate().all(|(k, (_, words))| words.contains(&format!("step: {k},"))),
        "{rows:?}"
    );
    let (level, words) = ends[0];
    assert_eq!(*level, Level::DEBUG);
    let told = format!("message=stopped;steps=7;evaluations=8;reason={};", run.reason);
    assert_eq!(*words, told);
    // Step by step and then left alone: an end as well.
    drop(events);
    let listening = Listening::default();
    tracing::subscriber::with_default(listening.clone(), || {
        let (problem, method) = (bowl(), DESCENT);
        let mut running =
            Running::start(&problem, &method, &[10.0, 0.1], Stop::default()).expect("valid input");
        assert_eq!(running.by_ref().take(3).count(), 3);
        running.finish()
    });
    assert_eq!(listening.events.lock().expect("no test panics here").len(), 4);
}
