// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IQuantumVaultAttestationRegistry} from "./IQuantumVaultAttestationRegistry.sol";

/// @title QuantumVault attestation registry, implementation
/// @notice See {IQuantumVaultAttestationRegistry}.
/// @dev No owner, no upgrade, no value, no external call: once deployed it can be neither changed nor
/// stopped. Two storage slots per recording; what only readers of events need stays in the event.
contract QuantumVaultAttestationRegistry is IQuantumVaultAttestationRegistry {
    /// @dev The highest risk level, CRITICAL.
    uint8 private constant MAX_RISK_LEVEL = 3;

    /// @dev ERC-165's own interface id.
    bytes4 private constant ERC165_INTERFACE_ID = 0x01ffc9a7;

    mapping(address sender => mapping(bytes32 payloadHash => Record entry)) private _records;

    mapping(address sender => mapping(bytes32 assetIdHash => bytes32 payloadHash)) private _latest;

    /// @inheritdoc IQuantumVaultAttestationRegistry
    function recordAttestation(
        bytes32 assetIdHash,
        bytes32 anchorIdHash,
        uint8 riskLevel,
        bytes32 payloadHash
    ) external {
        require(assetIdHash != 0, ZeroAssetIdHash());
        require(anchorIdHash != 0, ZeroAnchorIdHash());
        require(payloadHash != 0, ZeroPayloadHash());
        require(riskLevel <= MAX_RISK_LEVEL, InvalidRiskLevel(riskLevel));

        uint64 recordedAt = _records[msg.sender][payloadHash].recordedAt;
        require(recordedAt == 0, AlreadyRecorded(payloadHash, recordedAt));

        uint64 timestamp = uint64(block.timestamp);
        _records[msg.sender][payloadHash] = Record(timestamp, uint64(block.number), riskLevel);
        _latest[msg.sender][assetIdHash] = payloadHash;

        emit Attested(assetIdHash, anchorIdHash, riskLevel, payloadHash, timestamp, msg.sender);
    }

    /// @inheritdoc IQuantumVaultAttestationRegistry
    function latest(address sender, bytes32 assetIdHash)
        external
        view
        returns (bytes32 payloadHash, Record memory entry)
    {
        payloadHash = _latest[sender][assetIdHash];
        entry = _records[sender][payloadHash];
    }

    /// @inheritdoc IQuantumVaultAttestationRegistry
    function recordOf(address sender, bytes32 payloadHash) external view returns (Record memory entry) {
        return _records[sender][payloadHash];
    }

    /// @inheritdoc IQuantumVaultAttestationRegistry
    function isRecorded(address sender, bytes32 payloadHash) external view returns (bool) {
        return _records[sender][payloadHash].recordedAt != 0;
    }

    /// @notice ERC-165: how a client makes sure that an address holds this registry before it pays for a call.
    /// @param interfaceId The interface asked about.
    /// @return Whether this contract implements it.
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IQuantumVaultAttestationRegistry).interfaceId
            || interfaceId == ERC165_INTERFACE_ID;
    }
}
