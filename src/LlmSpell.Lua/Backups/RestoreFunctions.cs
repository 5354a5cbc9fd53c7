using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Backup;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.StateGlobal;
using LlmSpell.State;

namespace LlmSpell.Lua.Backups;

/// <summary>
/// What brings the content of backups to a script: restore_backup, whose failures are tables as of all backup calls, and load_from_backup and
/// list_backup_keys, which raise them as load and list_keys do.
/// </summary>
internal static unsafe class RestoreFunctions
{
    internal static void Register(LuaState state)
    {
        Callback.Register(state, "restore_backup"u8, &OnRestore);
        Callback.Register(state, "load_from_backup"u8, &OnLoad);
        Callback.Register(state, "list_backup_keys"u8, &OnListKeys);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRestore(LuaState state) => Callback.Run(state, &Restore);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLoad(LuaState state) => Callback.Run(state, &Load);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnListKeys(LuaState state) => Callback.Run(state, &ListKeys);

    private static int Restore(LuaState state, LuaHost host)
    {
        string id = BackupArguments.Id(state, "restore_backup");
        (RestoreRequest request, bool isDryRun) = RestoreArguments.Read(state);
        host.Store.Transaction.RefuseInside("restore_backup");
        return isDryRun
            ? BackupFunctions.PushResult(
                state, host, (service, stop) => service.PlanRestoreAsync(id, request, each: null, stop), RestoreTables.Push)
            : BackupFunctions.PushResult(
                state, host, (service, stop) => service.RestoreAsync(id, request, progress: null, stop), RestoreTables.Push);
    }

    private static int Load(LuaState state, LuaHost host)
    {
        string id = BackupArguments.Id(state, "load_from_backup");
        StateKey key = KeyArguments.Key(state, "load_from_backup", first: 2);
        BackupEntry? entry = BackupFunctions.Call(host, (service, stop) => service.LoadAsync(id, key, stop));
        state.PushNil();
        if (entry is null)
        {
            return 1;
        }

        StateFunctions.PushStored(state, key, entry.Value.Bytes.Span);
        return 2;
    }

    private static int ListKeys(LuaState state, LuaHost host)
    {
        string id = BackupArguments.Id(state, "list_backup_keys");
        string scope = KeyArguments.Scope(state, "list_backup_keys", index: 2);
        string prefix = new LuaArguments(state, "list_backup_keys").OptionalText(3);
        return StateFunctions.PushList(state, BackupFunctions.Call(host, (service, stop) => service.ListKeysAsync(id, scope, prefix, stop)));
    }
}
