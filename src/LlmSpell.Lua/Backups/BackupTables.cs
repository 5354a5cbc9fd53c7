using LlmSpell.Backup;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Backups;

/// <summary>Pushes the results of backup calls as the tables that docs/lua-api.md describes.</summary>
internal static class BackupTables
{
    private const long MicrosecondsPerSecond = 1_000_000;

    internal static void Push(LuaState state, CreateResult result)
    {
        state.NewTable();
        state.SetField("success"u8, true);
        state.SetField("backup_id"u8, result.Backup.Id.Value);
        SetSummary(state, result.Backup);
        state.SetField("merged_layers"u8, result.MergedLayers);
        state.SetField("warnings"u8, result.Warnings);
        if (result.Cleanup is { } cleanup)
        {
            state.SetField("deleted_count"u8, cleanup.DeletedCount);
        }
    }

    internal static void Push(LuaState state, BackupListing listing)
    {
        state.PushArray(listing.Backups, static (state, backup) =>
        {
            state.NewTable();
            state.SetField("id"u8, backup.Id.Value);
            SetSummary(state, backup);
            state.SetField("is_pinned"u8, backup.Pin is not null);
            state.SetField("pin_reason"u8, backup.Pin?.Reason);
        });
        if (listing.Damaged.Count > 0)
        {
            state.SetField("damaged"u8, listing.Damaged.Select(static manifest => $"{manifest.Path}: {manifest.Problem.Message}"));
        }
    }

    internal static void Push(LuaState state, ValidationReport report)
    {
        state.NewTable();
        state.SetField("success"u8, true);
        state.SetField("backup_id"u8, report.Id.Value);
        state.SetField("is_valid"u8, report.IsValid);
        state.SetField("checksum_valid"u8, report.ChecksumValid);
        state.SetField("integrity_valid"u8, report.IntegrityValid);
        state.SetField("errors"u8, report.Errors.Select(static error => error.Message));
        state.SetField("entry_count"u8, report.Entries);
        state.SetField("bytes_read"u8, report.BytesRead);
        state.SetField("depth"u8, NameOf(report.Depth));
        state.SetField("not_remembered"u8, report.NotRemembered);
    }

    internal static void Push(LuaState state, PinResult result)
    {
        state.NewTable();
        state.SetField("success"u8, true);
        state.SetField("backup_id"u8, result.Pin.Backup.Value);
        state.SetField("is_new"u8, result.IsNew);
        state.SetField("reason"u8, result.Pin.Reason);
        if (result.Pin.Since is { } since)
        {
            state.SetField("since"u8, since.ToUnixTimeSeconds());
        }
    }

    internal static void PushUnpinned(LuaState state, string id, bool wasPinned)
    {
        state.NewTable();
        state.SetField("success"u8, true);
        state.SetField("backup_id"u8, id);
        state.SetField("was_pinned"u8, wasPinned);
    }

    internal static void Push(LuaState state, CleanupReport report)
    {
        state.NewTable();
        state.SetField("success"u8, true);
        state.SetField("dry_run"u8, report.DryRun);
        state.SetField("deleted_count"u8, report.DeletedCount);
        state.SetField("retained_count"u8, report.RetainedCount);
        state.SetField("space_freed"u8, report.SpaceFreed);
        state.SetField("notices"u8, report.Notices);
        state.Push("decisions"u8);
        state.PushArray(report.Decisions, static (state, decision) =>
        {
            state.NewTable();
            state.SetField("id"u8, decision.Backup.Id.Value);
            state.SetField("keep"u8, decision.Keep);
            state.SetField("created_at"u8, decision.Backup.CreatedAt.ToUnixTimeSeconds());
            state.SetField("rules"u8, decision.Rules.Select(static rule => rule.Code()));
            state.SetField("reason"u8, decision.Reason);
        });
        LuaApi.RawSet(state, -3);
    }

    internal static void Push(LuaState state, StorageUsage usage)
    {
        state.NewTable();
        state.SetField("success"u8, true);
        state.SetField("total_backups"u8, usage.TotalBackups);
        state.SetField("full_backups"u8, usage.FullBackups);
        state.SetField("incremental_backups"u8, usage.IncrementalBackups);
        state.SetField("total_size"u8, usage.TotalSize);
    }

    internal static void PushFailure(LuaState state, string message, string? hint)
    {
        state.NewTable();
        state.SetField("success"u8, false);
        state.SetField("error"u8, message);
        state.SetField("hint"u8, hint);
    }

    /// <summary>
    /// Gives the table of a validation that could not be made the fields of one that failed: a script that looks at is_valid only must
    /// not take a backup that could not be read for a good one.
    /// </summary>
    internal static void CompleteValidation(LuaState state)
    {
        state.Push("error"u8);
        if (LuaApi.RawGet(state, -2) != LuaType.String)
        {
            state.Pop();
            return;
        }

        string error = state.TextAt(-1);
        state.Pop();
        state.SetField("is_valid"u8, false);
        state.SetField("checksum_valid"u8, false);
        state.SetField("integrity_valid"u8, false);
        state.SetField("errors"u8, [error]);
    }

    private static void SetSummary(LuaState state, BackupSummary backup)
    {
        BackupManifest manifest = backup.Manifest;
        state.SetField("created_at"u8, Math.DivRem(manifest.CreatedAt, MicrosecondsPerSecond).Quotient);
        state.SetField("size_bytes"u8, backup.SizeBytes);
        state.SetField("restore_bytes"u8, backup.RestoreBytes);
        state.SetField("entry_count"u8, manifest.Entries);
        state.SetField("is_incremental"u8, backup.IsIncremental);
        state.SetField("is_safety"u8, manifest.IsSafety);
        state.SetField("parent_id"u8, manifest.Parent?.Value);
        state.SetField("reason"u8, manifest.Reason);
        state.SetField("ordinal"u8, manifest.Ordinal);
        state.SetField("description"u8, manifest.Description);
        state.Push("labels"u8);
        state.NewTable();
        foreach ((string label, string value) in manifest.Labels)
        {
            state.Push(label);
            state.Push(value);
            LuaApi.RawSet(state, -3);
        }

        LuaApi.RawSet(state, -3);
        if (backup.Validation is { } validation)
        {
            state.SetField("validated_at"u8, Math.DivRem(validation.FinishedAt, MicrosecondsPerSecond).Quotient);
            state.SetField("validated_depth"u8, NameOf(validation.Depth));
            state.SetField("validated_outcome"u8, validation.IsWhole ? "whole" : "damaged");
        }
    }

    private static string NameOf(ValidationDepth depth) => depth switch
    {
        ValidationDepth.Present => "present",
        ValidationDepth.Readable => "readable",
        _ => "restored",
    };
}
