//! What a YubiKey 5.4 does beyond the PIV standard, around the applet: version, serial number and
//! metadata, PIN and touch policies, Yubico's own objects, and the applets by which `ykman` knows it.

use std::thread::sleep;
use std::time::{Duration, Instant};

use iso7816::Status;
use iso7816::command::{Command, CommandView};

use crate::firmware::Applet;
use crate::memory::{Key, Memory};

const VERSION: [u8; 3] = [5, 4, 3];
const TRIES: u8 = 3;
/// The most that is returned at once to a command without extended length.
const SHORT: usize = 256;
/// How long the card waits for a finger (a YubiKey: 15 s), where the test says nothing else.
const TOUCH_PATIENCE: Duration = Duration::from_millis(700);
/// How often it looks whether the finger came.
const LOOK: Duration = Duration::from_millis(20);

const PIV: &[u8] = &[0xA0, 0x00, 0x00, 0x03, 0x08];
const MANAGEMENT: &[u8] = &[0xA0, 0x00, 0x00, 0x05, 0x27, 0x47, 0x11, 0x17];
const OTP: &[u8] = &[0xA0, 0x00, 0x00, 0x05, 0x27, 0x20, 0x01];

const ASYMMETRIC_SLOTS: std::ops::RangeInclusive<u8> = 0x82..=0x9E;
const MANAGEMENT_KEY: u8 = 0x9B;
const DEFAULT_MANAGEMENT_KEY: [u8; 24] = [
    1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8,
];

#[derive(Clone, Copy, PartialEq)]
enum Selected {
    Piv,
    Management,
    Otp,
}

/// The card in its reader.
pub struct Yubikey<'a> {
    applet: Applet<'a>,
    memory: Memory,
    serial: u32,
    selected: Selected,
    chained: Option<Command<3072>>,
    waiting: Vec<u8>,
    pin_verified: bool,
    /// The last command was a VERIFY that succeeded.
    just_verified: bool,
    management_verified: bool,
}

type Answer = Result<Vec<u8>, Status>;

impl<'a> Yubikey<'a> {
    pub fn new(applet: Applet<'a>, memory: Memory, serial: u32) -> Self {
        Self {
            applet,
            memory,
            serial,
            selected: Selected::Piv,
            chained: None,
            waiting: Vec::new(),
            pin_verified: false,
            just_verified: false,
            management_verified: false,
        }
    }

    fn answer(&mut self, command: CommandView<'_>) -> Answer {
        let just_verified = std::mem::take(&mut self.just_verified);
        let instruction: u8 = command.instruction().into();
        match (self.selected, instruction, command.p2) {
            (_, 0xA4, _) => self.select(command.data()),
            (Selected::Management, 0x1D, _) => Ok(self.device_information()),
            (Selected::Otp, 0x01, _) => Ok(self.serial.to_be_bytes().to_vec()),
            (Selected::Otp, 0x03, _) => Ok(otp_status()),
            (Selected::Management | Selected::Otp, ..) => {
                Err(Status::InstructionNotSupportedOrInvalid)
            }
            (Selected::Piv, 0xFD, _) => Ok(VERSION.to_vec()),
            (Selected::Piv, 0xF8, _) => Ok(self.serial.to_be_bytes().to_vec()),
            (Selected::Piv, 0xF7, slot) => self.metadata(slot),
            (Selected::Piv, 0xCB, _) => self.get_data(command),
            (Selected::Piv, 0xDB, _) => self.put_data(command),
            (Selected::Piv, 0x47, slot) => self.generate(slot, command),
            (Selected::Piv, 0x87, slot) => self.use_key(slot, command, just_verified),
            (Selected::Piv, 0x20 | 0x24 | 0x2C, 0x80 | 0x81) => self.pin(instruction, command),
            (Selected::Piv, 0xFF, _) => self.set_management_key(command),
            (Selected::Piv, 0xFB, _) => self.reset_applet(command),
            (Selected::Piv, ..) => self.ask_applet(command),
        }
    }

    fn ask_applet(&mut self, command: CommandView<'_>) -> Answer {
        let mut reply = heapless::Vec::<u8, 3072>::new();
        self.applet.respond(command, &mut reply)?;
        Ok(reply.to_vec())
    }

    fn ask_applet_bytes(&mut self, apdu: &[u8]) -> Answer {
        let command = Command::<3072>::try_from(apdu).map_err(|_| Status::WrongLength)?;
        self.ask_applet(command.as_view())
    }

    /// Selecting an applet logs out, on a YubiKey; this applet would stay logged in.
    fn select(&mut self, aid: &[u8]) -> Answer {
        self.log_out();
        if aid.starts_with(PIV) {
            self.selected = Selected::Piv;
            // The whole AID, which the applet insists on.
            return self.ask_applet_bytes(&[
                0x00, 0xA4, 0x04, 0x00, 0x0B, 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00,
                0x01, 0x00,
            ]);
        }
        match aid {
            MANAGEMENT => {
                self.selected = Selected::Management;
                let [major, minor, patch] = VERSION;
                Ok(format!("Virtual mgr - FW version {major}.{minor}.{patch}").into_bytes())
            }
            OTP => {
                self.selected = Selected::Otp;
                Ok(otp_status())
            }
            _ => Err(Status::NotFound),
        }
    }

    fn log_out(&mut self) {
        let _ = self.ask_applet_bytes(&[0x00, 0x20, 0xFF, 0x80]);
        (self.pin_verified, self.just_verified) = (false, false);
        self.management_verified = false;
        (self.chained, self.waiting) = (None, Vec::new());
    }

    fn device_information(&self) -> Vec<u8> {
        let mut information = vec![0x01, 0x02, 0x02, 0x3F, 0x03, 0x02, 0x02, 0x3F, 0x02, 0x04];
        information.extend(self.serial.to_be_bytes());
        information.extend([0x04, 0x01, 0x01, 0x05, 0x03]);
        information.extend(VERSION);
        let length = u8::try_from(information.len()).unwrap_or(u8::MAX);
        [vec![length], information].concat()
    }

    fn metadata(&mut self, slot: u8) -> Answer {
        let default = |is: bool| [0x05, 0x01, u8::from(is)];
        match slot {
            0x80 => {
                let left = self.tries_left();
                let head = [0x01, 0x01, 0xFF, 0x06, 0x02, TRIES, left];
                Ok([&head[..], &default(self.memory.pin_is_default())].concat())
            }
            0x81 => {
                let head = [0x01, 0x01, 0xFF, 0x06, 0x02, TRIES, TRIES];
                Ok([&head[..], &default(self.memory.puk_is_default)].concat())
            }
            MANAGEMENT_KEY => {
                let algorithm = self.memory.management.unwrap_or(0x03);
                let head = [0x01, 0x01, algorithm, 0x02, 0x02, 0x00, 0x01];
                Ok([&head[..], &default(self.memory.management.is_none())].concat())
            }
            _ => {
                let key = self
                    .memory
                    .keys
                    .get(&slot)
                    .ok_or(Status::KeyReferenceNotFound)?;
                let head = [0x01, 0x01, key.algorithm, 0x02, 0x02, key.pin, key.touch];
                let length = u8::try_from(key.public.len()).map_err(|_| Status::WrongLength)?;
                let rest = [0x03, 0x01, 0x01, 0x04, length];
                Ok([&head[..], &rest, &key.public].concat())
            }
        }
    }

    fn tries_left(&mut self) -> u8 {
        match self.ask_applet_bytes(&[0x00, 0x20, 0x00, 0x80]) {
            Ok(_) => TRIES,
            Err(status) => match u16::from(status) {
                left @ 0x63C0..=0x63CF => (left & 0x0F) as u8,
                _ => 0,
            },
        }
    }

    fn get_data(&mut self, command: CommandView<'_>) -> Answer {
        match own_object(command.data()) {
            Some(tag) if tag == PRINTED && !self.pin_verified => {
                Err(Status::SecurityStatusNotSatisfied)
            }
            Some(tag) => self
                .memory
                .objects
                .get(tag)
                .cloned()
                .ok_or(Status::NotFound),
            // The applet keeps an empty object, where a YubiKey deletes it.
            None => match self.ask_applet(command)?.as_slice() {
                [] | [0x53, 0x00] => Err(Status::NotFound),
                object => Ok(object.to_vec()),
            },
        }
    }

    fn put_data(&mut self, command: CommandView<'_>) -> Answer {
        let Some(tag) = own_object(command.data()) else {
            return self.ask_applet(command);
        };
        if !self.management_verified {
            return Err(Status::SecurityStatusNotSatisfied);
        }
        let object = command.data().get(2 + tag.len()..).unwrap_or_default();
        if matches!(object, [] | [0x53, 0x00]) {
            self.memory.objects.remove(tag);
        } else {
            self.memory.objects.insert(tag.to_vec(), object.to_vec());
        }
        self.memory.save();
        Ok(Vec::new())
    }

    fn generate(&mut self, slot: u8, command: CommandView<'_>) -> Answer {
        let reply = self.ask_applet(command)?;
        // AC len ‖ 80 01 algorithm ‖ AA 01 PIN policy ‖ AB 01 touch policy
        let policies = command.data().get(2..).unwrap_or_default();
        let value = |tag| {
            let found = policies.chunks(3).find(|triple| triple[0] == tag);
            found.and_then(|triple| triple.get(2)).copied()
        };
        let key = Key {
            algorithm: value(0x80).unwrap_or_default(),
            pin: value(0xAA).unwrap_or(2),
            touch: value(0xAB).unwrap_or(1),
            public: reply.get(3..).unwrap_or_default().to_vec(),
        };
        self.memory.keys.insert(slot, key);
        self.memory.save();
        Ok(reply)
    }

    fn use_key(&mut self, slot: u8, command: CommandView<'_>, just_verified: bool) -> Answer {
        if slot == MANAGEMENT_KEY {
            let reply = self.ask_applet(command)?;
            self.management_verified |= !matches!(reply.get(2), Some(0x80 | 0x81));
            return Ok(reply);
        }
        let policy = self.memory.keys.get(&slot).map(|key| (key.pin, key.touch));
        let (pin, touch) = policy
            .filter(|_| ASYMMETRIC_SLOTS.contains(&slot))
            .ok_or(Status::KeyReferenceNotFound)?;
        let verified = match pin {
            1 => self.verify_for_itself()?,
            3 => just_verified,
            _ => self.pin_verified,
        };
        if !verified || !self.touched(touch) {
            return Err(Status::SecurityStatusNotSatisfied);
        }
        self.ask_applet(command)
    }

    /// The applet wants the PIN for every key; a YubiKey does not where the policy is "never".
    fn verify_for_itself(&mut self) -> Result<bool, Status> {
        let verify = [&[0x00, 0x20, 0x00, 0x80, 0x08], self.memory.pin.as_slice()].concat();
        self.ask_applet_bytes(&verify).map(|_| true)
    }

    fn touched(&self, policy: u8) -> bool {
        if policy == 1 {
            return true;
        }
        self.memory.note_touch();
        let ends = Instant::now() + self.memory.touch_patience().unwrap_or(TOUCH_PATIENCE);
        while !self.memory.is_touched() && Instant::now() < ends {
            sleep(LOOK);
        }
        self.memory.is_touched()
    }

    fn pin(&mut self, instruction: u8, command: CommandView<'_>) -> Answer {
        let is_pin = command.p2 == 0x80;
        let given = command.data().to_vec();
        let result = self.ask_applet(command);
        match (instruction, is_pin, given.len()) {
            // A question for the tries left, or a log-out.
            (0x20, _, 0) => {
                self.pin_verified &= command.p1 == 0;
                if !self.pin_verified && result.is_ok() && command.p1 == 0 {
                    // Only the card itself is logged in (see `verify_for_itself`).
                    self.log_out();
                    return self.ask_applet(command);
                }
            }
            (0x20, true, _) => {
                self.pin_verified = result.is_ok();
                self.just_verified = result.is_ok();
            }
            (0x24 | 0x2C, true, 16) if result.is_ok() => self.memory.pin = given[8..].to_vec(),
            (0x24, false, 16) if result.is_ok() => self.memory.puk_is_default = false,
            _ => {}
        }
        self.memory.save();
        result
    }

    fn set_management_key(&mut self, command: CommandView<'_>) -> Answer {
        self.ask_applet(command)?;
        let changed = command.data().get(3..) != Some(&DEFAULT_MANAGEMENT_KEY);
        self.memory.management = command.data().first().copied().filter(|_| changed);
        self.memory.save();
        Ok(Vec::new())
    }

    fn reset_applet(&mut self, command: CommandView<'_>) -> Answer {
        self.ask_applet(command)?;
        self.memory.reset();
        self.memory.save();
        self.log_out();
        Ok(Vec::new())
    }

    /// As much of `reply` as fits, and how much is left (`61xx`).
    fn deliver(&mut self, mut reply: Vec<u8>, most: usize) -> Vec<u8> {
        self.waiting = reply.split_off(reply.len().min(most));
        let status = match self.waiting.len() {
            0 => [0x90, 0x00],
            left => [0x61, u8::try_from(left).unwrap_or(0)],
        };
        reply.extend(status);
        reply
    }
}

impl vpicc::VSmartCard for Yubikey<'_> {
    fn power_off(&mut self) {
        self.log_out();
    }

    fn reset(&mut self) {
        self.log_out();
        self.selected = Selected::Piv;
    }

    fn execute(&mut self, apdu: &[u8]) -> Vec<u8> {
        let Ok(command) = Command::<3072>::try_from(apdu) else {
            return u16::from(Status::WrongLength).to_be_bytes().to_vec();
        };
        if u8::from(command.instruction()) == 0xC0 {
            let waiting = std::mem::take(&mut self.waiting);
            return self.deliver(waiting, SHORT);
        }
        let is_last = command.class().chain().last_or_only();
        let whole = match self.chained.take() {
            None => command,
            Some(mut begun) => {
                if begun.extend_from_command(&command).is_err() {
                    return u16::from(Status::NotEnoughMemory).to_be_bytes().to_vec();
                }
                begun
            }
        };
        if !is_last {
            self.chained = Some(whole);
            return vec![0x90, 0x00];
        }
        // Not every program says how much it expects; then it gets all that fits.
        let most = if apdu.get(4) == Some(&0) && apdu.len() > 5 {
            usize::from(u16::MAX)
        } else {
            SHORT
        };
        match self.answer(whole.as_view()) {
            Ok(reply) => self.deliver(reply, most),
            Err(status) => u16::from(status).to_be_bytes().to_vec(),
        }
    }
}

const PRINTED: &[u8] = &[0x5F, 0xC1, 0x09];

/// The tag of an object that is Yubico's own, or that the applet does not keep as a YubiKey does.
fn own_object(data: &[u8]) -> Option<&[u8]> {
    match data {
        [0x5C, 0x03, 0x5F, 0xFF, _, ..] | [0x5C, 0x03, 0x5F, 0xC1, 0x09 | 0x0C, ..] => {
            data.get(2..5)
        }
        _ => None,
    }
}

fn otp_status() -> Vec<u8> {
    [&VERSION[..], &[0x01, 0x00, 0x00]].concat()
}
