//! What the card remembers beside its applet: policies, and objects that the applet refuses.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// The PIN and the PUK of a new card.
const DEFAULT_PIN: &[u8] = b"123456\xff\xff";

/// A key, as GET METADATA tells about it.
#[derive(Clone)]
pub struct Key {
    pub algorithm: u8,
    pub pin: u8,
    pub touch: u8,
    /// The public key, as it was returned when the key was made.
    pub public: Vec<u8>,
}

pub struct Memory {
    folder: PathBuf,
    pub keys: BTreeMap<u8, Key>,
    pub objects: BTreeMap<Vec<u8>, Vec<u8>>,
    pub pin: Vec<u8>,
    pub puk_is_default: bool,
    /// The management key where it is not the default: its algorithm.
    pub management: Option<u8>,
}

impl Memory {
    /// The memory in `folder`; that of a new card where there is none.
    pub fn load(folder: PathBuf) -> io::Result<Self> {
        let mut memory = Self::new(folder);
        let text = match fs::read_to_string(memory.file()) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(memory),
            Err(error) => return Err(error),
        };
        for line in text.lines() {
            let words: Vec<Vec<u8>> = line.split(' ').skip(1).map(bytes).collect();
            match (line.split(' ').next(), words.as_slice()) {
                (Some("key"), [head, public]) => {
                    let &[slot, algorithm, pin, touch] = head.as_slice() else {
                        continue;
                    };
                    let public = public.clone();
                    memory.keys.insert(
                        slot,
                        Key {
                            algorithm,
                            pin,
                            touch,
                            public,
                        },
                    );
                }
                (Some("object"), [tag, data]) => {
                    memory.objects.insert(tag.clone(), data.clone());
                }
                (Some("pin"), [pin]) => memory.pin.clone_from(pin),
                (Some("puk"), _) => memory.puk_is_default = false,
                (Some("management"), [algorithm]) => memory.management = algorithm.first().copied(),
                _ => {}
            }
        }
        Ok(memory)
    }

    fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            keys: BTreeMap::new(),
            objects: BTreeMap::new(),
            pin: DEFAULT_PIN.to_vec(),
            puk_is_default: true,
            management: None,
        }
    }

    /// Forgets everything, as a reset does.
    pub fn reset(&mut self) {
        *self = Self::new(self.folder.clone());
    }

    pub fn pin_is_default(&self) -> bool {
        self.pin == DEFAULT_PIN
    }

    pub fn save(&self) {
        let mut text = format!("pin {}\n", hex(&self.pin));
        if !self.puk_is_default {
            text.push_str("puk changed\n");
        }
        if let Some(algorithm) = self.management {
            text.push_str(&format!("management {}\n", hex(&[algorithm])));
        }
        for (slot, key) in &self.keys {
            let head = hex(&[*slot, key.algorithm, key.pin, key.touch]);
            text.push_str(&format!("key {head} {}\n", hex(&key.public)));
        }
        for (tag, data) in &self.objects {
            text.push_str(&format!("object {} {}\n", hex(tag), hex(data)));
        }
        fs::write(self.file(), text).expect("the card's memory can be written");
    }

    /// Whether a finger touches the card when it is asked for: a test that wants none says so in a file.
    pub fn is_touched(&self) -> bool {
        !self.folder.join("untouched").exists()
    }

    /// How long it waits for the finger, where the same file says so in milliseconds.
    pub fn touch_patience(&self) -> Option<Duration> {
        let text = fs::read_to_string(self.folder.join("untouched")).ok()?;
        text.parse().ok().map(Duration::from_millis)
    }

    /// Notes that a touch was waited for.
    pub fn note_touch(&self) {
        use std::io::Write;
        let file = fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("touches"));
        file.and_then(|mut file| file.write_all(b"."))
            .expect("the touch can be noted");
    }

    fn file(&self) -> PathBuf {
        self.folder.join("memory")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .filter_map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok())
        .collect()
}
