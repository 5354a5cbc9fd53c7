using LlmSpell.Backup;

namespace LlmSpell.Lua.Backups;

/// <summary>The validation of one backup, as far as a script asks for.</summary>
internal static class SingleValidation
{
    internal static async Task<ValidationReport> RunAsync(BackupService service, string id, ValidationDepth depth, CancellationToken stop)
    {
        ValidationResult result = await service.ValidateManyAsync(new ValidationRequest { Ids = [id], Depth = depth }, null, stop).ConfigureAwait(false);
        return result.Backups[0];
    }
}
