// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IQuantumVaultAttestationRegistry as Registry} from "../src/IQuantumVaultAttestationRegistry.sol";
import {QuantumVaultAttestationRegistry} from "../src/QuantumVaultAttestationRegistry.sol";
import {Test} from "./Vm.sol";

contract QuantumVaultAttestationRegistryTest is Test {
    bytes32 private constant ASSET = keccak256("7e4336c2-9296-4666-8db7-c56243db3503");
    bytes32 private constant ANCHOR = keccak256("0b9d2c4e-6d0a-4a35-9c07-3f6f5f0b7a11");
    bytes32 private constant PAYLOAD = keccak256("payload");
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);

    QuantumVaultAttestationRegistry private registry;

    function setUp() public {
        registry = new QuantumVaultAttestationRegistry();
        vm.warp(1_765_670_400);
        vm.roll(4_242);
    }

    function test_recordIsKeptAndAnnounced() public {
        vm.expectEmit(true, true, true, true, address(registry));
        emit Registry.Attested(ASSET, ANCHOR, 2, PAYLOAD, 1_765_670_400, ALICE);
        vm.prank(ALICE);
        registry.recordAttestation(ASSET, ANCHOR, 2, PAYLOAD);

        (bytes32 payloadHash, Registry.Record memory entry) = registry.latest(ALICE, ASSET);
        assert(payloadHash == PAYLOAD);
        assert(entry.recordedAt == 1_765_670_400 && entry.blockNumber == 4_242 && entry.riskLevel == 2);
        assert(registry.isRecorded(ALICE, PAYLOAD));
    }

    function test_samePayloadTwiceIsRefusedWithItsTime() public {
        registry.recordAttestation(ASSET, ANCHOR, 0, PAYLOAD);
        vm.warp(1_765_670_999);
        vm.expectRevert(
            abi.encodeWithSelector(Registry.AlreadyRecorded.selector, PAYLOAD, uint64(1_765_670_400))
        );
        registry.recordAttestation(ASSET, ANCHOR, 0, PAYLOAD);
        assert(registry.recordOf(address(this), PAYLOAD).recordedAt == 1_765_670_400);
    }

    function test_latestFollowsAndOldRecordsStay() public {
        registry.recordAttestation(ASSET, ANCHOR, 3, PAYLOAD);
        registry.recordAttestation(ASSET, ANCHOR, 1, keccak256("second"));
        (bytes32 payloadHash, Registry.Record memory entry) = registry.latest(address(this), ASSET);
        assert(payloadHash == keccak256("second") && entry.riskLevel == 1);
        assert(registry.recordOf(address(this), PAYLOAD).riskLevel == 3);
    }

    function test_refusesZeroHashesAndUnknownRisk() public {
        vm.expectRevert(abi.encodeWithSelector(Registry.ZeroAssetIdHash.selector));
        registry.recordAttestation(0, ANCHOR, 0, PAYLOAD);
        vm.expectRevert(abi.encodeWithSelector(Registry.ZeroAnchorIdHash.selector));
        registry.recordAttestation(ASSET, 0, 0, PAYLOAD);
        vm.expectRevert(abi.encodeWithSelector(Registry.ZeroPayloadHash.selector));
        registry.recordAttestation(ASSET, ANCHOR, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(Registry.InvalidRiskLevel.selector, uint8(4)));
        registry.recordAttestation(ASSET, ANCHOR, 4, PAYLOAD);
    }

    function test_unknownIsAllZero() public view {
        (bytes32 payloadHash, Registry.Record memory entry) = registry.latest(ALICE, ASSET);
        assert(payloadHash == 0 && entry.recordedAt == 0 && entry.blockNumber == 0 && entry.riskLevel == 0);
        assert(!registry.isRecorded(ALICE, PAYLOAD) && !registry.isRecorded(ALICE, 0));
    }

    function test_namesItsInterface() public view {
        assert(registry.supportsInterface(type(Registry).interfaceId));
        assert(registry.supportsInterface(0x01ffc9a7));
        assert(!registry.supportsInterface(0xffffffff));
    }

    function test_holdsNoValue() public {
        (bool accepted,) = address(registry).call{value: 1}("");
        assert(!accepted);
    }

    /// A sender's statements never touch another's, whatever the values.
    function testFuzz_sendersAreApart(address one, address two, bytes32 asset, uint8 risk, bytes32 payload)
        public
    {
        vm.assume(one != two && asset != 0 && payload != 0 && risk <= 3);
        vm.prank(one);
        registry.recordAttestation(asset, ANCHOR, risk, payload);
        assert(registry.isRecorded(one, payload) && !registry.isRecorded(two, payload));
        (bytes32 payloadHash,) = registry.latest(two, asset);
        assert(payloadHash == 0);

        vm.prank(two);
        registry.recordAttestation(asset, ANCHOR, risk, payload);
        assert(registry.isRecorded(two, payload));
    }

    function testFuzz_riskLevelBound(uint8 risk) public {
        vm.assume(risk > 3);
        vm.expectRevert(abi.encodeWithSelector(Registry.InvalidRiskLevel.selector, risk));
        registry.recordAttestation(ASSET, ANCHOR, risk, PAYLOAD);
    }

    function testFuzz_blockValuesAreKept(uint64 timestamp, uint64 number) public {
        vm.assume(timestamp != 0);
        vm.warp(timestamp);
        vm.roll(number);
        registry.recordAttestation(ASSET, ANCHOR, 1, PAYLOAD);
        Registry.Record memory entry = registry.recordOf(address(this), PAYLOAD);
        assert(entry.recordedAt == timestamp && entry.blockNumber == number);
    }

    /// The numbers are in snapshots/QuantumVaultAttestationRegistry.json; a change fails the run.
    function test_gas() public {
        registry.recordAttestation(ASSET, ANCHOR, 2, PAYLOAD);
        vm.snapshotGasLastCall("QuantumVaultAttestationRegistry", "record, first of an asset");
        registry.recordAttestation(ASSET, ANCHOR, 1, keccak256("second"));
        vm.snapshotGasLastCall("QuantumVaultAttestationRegistry", "record, next of the asset");
        registry.latest(ALICE, ASSET);
        vm.snapshotGasLastCall("QuantumVaultAttestationRegistry", "latest");
    }
}
