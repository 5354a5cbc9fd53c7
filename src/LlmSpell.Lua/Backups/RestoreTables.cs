using LlmSpell.Backup;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Backups;

/// <summary>Pushes the results of restores and their plans as the tables that docs/lua-api.md describes.</summary>
internal static class RestoreTables
{
    internal static void Push(LuaState state, RestoreResult result)
    {
        Begin(state, result.Backup, result.ReplacedEntries, isDryRun: false);
        state.SetField("safety_backup_id"u8, result.SafetyBackup?.Id.Value);
        if (result.Changes is { } changes)
        {
            SetDifference(state, changes);
        }
    }

    internal static void Push(LuaState state, RestorePlan plan)
    {
        Begin(state, plan.Backup, plan.Present.Entries, isDryRun: true);
        state.SetField("takes_safety_backup"u8, plan.TakesSafetyBackup);
        SetDifference(state, plan.Difference);
    }

    private static void Begin(LuaState state, BackupSummary backup, long replaced, bool isDryRun)
    {
        state.NewTable();
        state.SetField("success"u8, true);
        state.SetField("dry_run"u8, isDryRun);
        state.SetField("backup_id"u8, backup.Id.Value);
        state.SetField("entry_count"u8, backup.Manifest.Entries);
        state.SetField("replaced_entry_count"u8, replaced);
    }

    private static void SetDifference(LuaState state, DifferenceSummary difference)
    {
        state.SetField("added"u8, difference.Counts.Added);
        state.SetField("changed"u8, difference.Counts.Changed);
        state.SetField("removed"u8, difference.Counts.Removed);
        state.SetField("unchanged"u8, difference.Counts.Unchanged);
        state.Push("scopes"u8);
        state.PushArray(difference.Scopes, static (state, scope) =>
        {
            state.NewTable();
            state.SetField("scope"u8, scope.Scope);
            state.SetField("added"u8, scope.Added);
            state.SetField("changed"u8, scope.Changed);
            state.SetField("removed"u8, scope.Removed);
        });
        LuaApi.RawSet(state, -3);
    }
}
