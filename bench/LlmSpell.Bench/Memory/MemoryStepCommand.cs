using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>
/// One operation of the library in a process that does nothing else. The memory command starts itself with this command, whose answer is
/// JSON on standard output.
/// </summary>
internal static class MemoryStepCommand
{
    internal const string Name = "memory-step";

    private static readonly BackupOptions Options = new() { MaxBackups = null, MaxBackupAge = null };

    /// <summary>How this program starts itself.</summary>
    internal static Command Start(MemoryOperation operation, OwnBackend backend, string state, string repository, string backupId)
    {
        string program = Environment.ProcessPath ?? throw new ToolException("This program does not know its own path.");
        string[] arguments = [Name, operation.ToString(), backend.ToString(), state, repository, backupId];
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new Command(program, [Path.Combine(AppContext.BaseDirectory, "LlmSpell.Bench.dll"), .. arguments])
            : new Command(program, arguments);
    }

    internal static void Run(string[] words)
    {
        MemoryOperation operation = Enum.Parse<MemoryOperation>(words[0]);
        string backupId = words[4];
        using StateStore store = StateFolder.Open(words[2], Enum.Parse<OwnBackend>(words[1]));
        BackupService service = new(() => store, new FolderStorage(words[3]), Options);
        store.ReadStatus();
        PeakMemory.Reset();
        long resident = PeakMemory.ReadResidentBytes();
        Cost cost = InProcess.Measure(() => backupId = Run(service, operation, backupId));
        Console.Out.Write(JsonSerializer.Serialize(new MemoryStepResult(cost, resident, backupId), ReportJson.Compact.MemoryStepResult));
    }

    private static string Run(BackupService service, MemoryOperation operation, string backupId)
    {
        switch (operation)
        {
            case MemoryOperation.Validate:
                return service.ValidateAsync(backupId).GetAwaiter().GetResult().IsValid
                    ? backupId
                    : throw new InvalidOperationException($"The backup {backupId} is not valid.");
            case MemoryOperation.Restore:
                service.RestoreAsync(backupId).GetAwaiter().GetResult();
                return backupId;
        }

        bool incremental = operation == MemoryOperation.Incremental;
        BackupSummary backup = service.CreateAsync(new CreateRequest { Incremental = incremental }).GetAwaiter().GetResult().Backup;
        return backup.IsIncremental == incremental
            ? backup.Id.Value
            : throw new InvalidOperationException($"An incremental backup was asked for and became full: {backup.Manifest.Reason}");
    }
}

/// <summary>What runs in a process of its own.</summary>
internal enum MemoryOperation
{
    /// <summary>A full backup.</summary>
    Full,

    /// <summary>An incremental one.</summary>
    Incremental,

    /// <summary>Reading it whole.</summary>
    Validate,

    /// <summary>Into an empty state.</summary>
    Restore,
}
