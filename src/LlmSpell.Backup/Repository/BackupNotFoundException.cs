using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>There is no backup with that id.</summary>
public sealed class BackupNotFoundException : StateNotFoundException
{
    /// <summary>Says which id was asked for.</summary>
    public BackupNotFoundException(string id, string location)
        : base($"no backup with id {id} in {location}", "`llmspell backup list` shows the backups that are there.")
    {
        Id = id;
    }

    /// <summary>The id that was asked for.</summary>
    internal string Id { get; }
}
