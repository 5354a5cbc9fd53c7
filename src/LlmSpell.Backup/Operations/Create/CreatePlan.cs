using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>What a create will read, decided before it reads. Immutable.</summary>
/// <param name="Parent">The backup to build on, or null for a full.</param>
/// <param name="Since">The store's version at which that backup lies.</param>
/// <param name="Reason">Why an incremental that was asked for is full; null otherwise.</param>
internal sealed record CreatePlan(BackupManifest? Parent, StateVersion Since, string? Reason)
{
    internal BackupKind Kind => Parent is null ? BackupKind.Full : BackupKind.Incremental;

    internal static CreatePlan Full(string? reason) => new(null, default, reason);
}
