// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IQuantumVaultAttestationRegistry as Registry} from "../src/IQuantumVaultAttestationRegistry.sol";
import {QuantumVaultAttestationRegistry} from "../src/QuantumVaultAttestationRegistry.sol";
import {Test} from "./Vm.sol";

/// @notice Drives the registry with few senders, assets and payloads, so that they collide, and keeps what
/// the registry ought to remember.
contract Sequence is Test {
    uint256 public constant SENDERS = 3;
    uint256 public constant ASSETS = 3;
    uint256 public constant PAYLOADS = 6;

    QuantumVaultAttestationRegistry public immutable registry;
    mapping(address => mapping(bytes32 => uint64)) public recordedAt;
    mapping(address => mapping(bytes32 => bytes32)) public latest;
    uint64 private time = 1;

    constructor(QuantumVaultAttestationRegistry target) {
        registry = target;
    }

    function sender(uint256 index) public pure returns (address) {
        address[3] memory senders = [address(0xA11CE), address(0xB0B), address(0xCA401)];
        return senders[index % SENDERS];
    }

    function asset(uint256 index) public pure returns (bytes32) {
        return keccak256(abi.encode("asset", index % ASSETS));
    }

    function payload(uint256 index) public pure returns (bytes32) {
        return keccak256(abi.encode("payload", index % PAYLOADS));
    }

    function record(uint256 senderIndex, uint256 assetIndex, uint256 payloadIndex, uint8 anyRisk) external {
        uint8 risk = anyRisk % 5;
        (address from, bytes32 subject, bytes32 hash) =
            (sender(senderIndex), asset(assetIndex), payload(payloadIndex));
        vm.warp(++time);
        uint64 before = recordedAt[from][hash];
        vm.prank(from);
        try registry.recordAttestation(subject, "anchor", risk, hash) {
            assert(before == 0 && risk <= 3);
            recordedAt[from][hash] = time;
            latest[from][subject] = hash;
        } catch (bytes memory reason) {
            bytes memory expected = risk > 3
                ? abi.encodeWithSelector(Registry.InvalidRiskLevel.selector, risk)
                : abi.encodeWithSelector(Registry.AlreadyRecorded.selector, hash, before);
            assert(keccak256(reason) == keccak256(expected));
        }
    }
}

contract QuantumVaultAttestationRegistryInvariantTest is Test {
    QuantumVaultAttestationRegistry private registry;
    Sequence private sequence;

    function setUp() public {
        registry = new QuantumVaultAttestationRegistry();
        sequence = new Sequence(registry);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(sequence);
    }

    /// The first recording of a payload stands for ever, whatever comes after it.
    function invariant_recordsNeverChange() public view {
        for (uint256 s = 0; s < sequence.SENDERS(); ++s) {
            for (uint256 p = 0; p < sequence.PAYLOADS(); ++p) {
                (address from, bytes32 hash) = (sequence.sender(s), sequence.payload(p));
                uint64 expected = sequence.recordedAt(from, hash);
                assert(registry.recordOf(from, hash).recordedAt == expected);
                assert(registry.isRecorded(from, hash) == (expected != 0));
            }
        }
    }

    /// The latest payload of an asset is the last that its sender recorded for it.
    function invariant_latestIsTheLast() public view {
        for (uint256 s = 0; s < sequence.SENDERS(); ++s) {
            for (uint256 a = 0; a < sequence.ASSETS(); ++a) {
                (address from, bytes32 subject) = (sequence.sender(s), sequence.asset(a));
                (bytes32 hash, Registry.Record memory entry) = registry.latest(from, subject);
                assert(hash == sequence.latest(from, subject));
                assert(entry.recordedAt == sequence.recordedAt(from, hash));
            }
        }
    }
}
