//! The procedural world that Kinora's own small model learns from.
//!
//! A clip is a pure function of `(split, seed, index)`: factors are drawn ([`plan`]), moved ([`motion`]),
//! painted ([`backdrop`], [`shape`], [`figure`]), heard ([`sound`]) and described ([`caption`]). No picture, sound or
//! text of anybody else goes in, and nothing here knows a model, a tensor or a network.

pub mod act;
pub mod action;
pub mod ambience;
pub mod animal;
pub mod backdrop;
pub mod brush;
pub mod burst;
pub mod camera;
pub mod caption;
pub mod cast;
pub mod clash;
pub mod clip;
pub mod colour;
pub mod creature;
pub mod dice;
pub mod event;
pub mod face;
pub mod figure;
pub mod film;
pub mod heldout;
pub mod impact;
pub mod level;
pub mod looks;
pub mod mood;
pub mod motion;
pub mod motor;
pub mod mouth;
pub mod music;
pub mod object;
pub mod only;
pub mod palette;
pub mod phrase;
pub mod plan;
pub mod raster;
pub mod rest;
pub mod scene;
pub mod scenery;
pub mod shape;
pub mod sheet;
pub mod sky;
pub mod sound;
pub mod speech;
pub mod stream;
pub mod style;
pub mod synth;
pub mod toy;
pub mod travel;
pub mod viseme;
pub mod vocabulary;
pub mod weather;
pub mod words;
