using LlmSpell.Backup;

namespace LlmSpell.Cli.Output.Progress;

/// <summary>Shows on a bar what an operation on backups tells of itself: each of its stages as a run of its own.</summary>
internal sealed class BackupProgressBar(ProgressBar bar) : IProgress<BackupProgress>
{
    private readonly Lock _lock = new();
    private BackupStage? _stage;

    public void Report(BackupProgress value)
    {
        lock (_lock)
        {
            bool isBytes = value.TotalBytes is not null || value.TotalEntries is null;
            if (_stage != value.Stage)
            {
                _stage = value.Stage;
                bar.Begin(LabelOf(value.Stage), isBytes ? ProgressUnit.Bytes : ProgressUnit.Entries, isBytes ? value.TotalBytes : value.TotalEntries);
            }

            bar.Report(isBytes ? value.Bytes : value.Entries);
        }
    }

    private static string LabelOf(BackupStage stage) => stage switch
    {
        BackupStage.Writing => "making the backup",
        BackupStage.Merging => "merging layers",
        BackupStage.Hashing => "checking the backup",
        BackupStage.Restoring => "restoring",
        BackupStage.Validating => "reading the backup",
        BackupStage.Comparing => "comparing",
        BackupStage.Copying => "copying",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "This stage has no name."),
    };
}
