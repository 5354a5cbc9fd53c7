using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Values;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.StateGlobal;

/// <summary>The functions of the global State that work on entries; Prelude/state.lua calls them.</summary>
internal static unsafe class StateFunctions
{
    internal static void Register(LuaState state)
    {
        Callback.Register(state, "save"u8, &OnSave);
        Callback.Register(state, "load"u8, &OnLoad);
        Callback.Register(state, "delete"u8, &OnDelete);
        Callback.Register(state, "exists"u8, &OnExists);
        Callback.Register(state, "clear"u8, &OnClear);
        Callback.Register(state, "list_keys"u8, &OnListKeys);
        Callback.Register(state, "list_scopes"u8, &OnListScopes);
        Callback.Register(state, "flush"u8, &OnFlush);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSave(LuaState state) => Callback.Run(state, &Save);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLoad(LuaState state) => Callback.Run(state, &Load);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnDelete(LuaState state) => Callback.Run(state, &Delete);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnExists(LuaState state) => Callback.Run(state, &Exists);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnClear(LuaState state) => Callback.Run(state, &Clear);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnListKeys(LuaState state) => Callback.Run(state, &ListKeys);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnListScopes(LuaState state) => Callback.Run(state, &ListScopes);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnFlush(LuaState state) => Callback.Run(state, &Flush);

    /// <summary>save(scope, key, value): nil deletes.</summary>
    private static int Save(LuaState state, LuaHost host)
    {
        StateKey key = KeyArguments.Key(state, "save");
        if (LuaApi.TypeOf(state, 3) == LuaType.None)
        {
            throw new LuaArguments(state, "save").Wrong(3, "a value is expected; nil deletes the key");
        }

        StateStore store = host.Store.Open();
        if (LuaApi.TypeOf(state, 3) == LuaType.Nil)
        {
            store.Delete(key);
            return 0;
        }

        PooledBuffer buffer = host.Buffers.Take();
        try
        {
            host.Encoder.Encode(state, 3, key.Key, buffer, store.MaxValueBytes);
            store.SaveBytes(key, buffer.Written);
        }
        finally
        {
            host.Buffers.Return(buffer);
        }

        return 0;
    }

    /// <summary>load(scope, key): nil, then the value or nil.</summary>
    private static int Load(LuaState state, LuaHost host)
    {
        StateKey key = KeyArguments.Key(state, "load");
        StateStore store = host.Store.Open();
        PooledBuffer buffer = host.Buffers.Take();
        try
        {
            state.PushNil();
            if (!store.TryLoadBytes(key, buffer))
            {
                return 1;
            }

            ValueDecoder.Push(state, buffer.Written);
            return 2;
        }
        catch (Exception exception) when (exception is MessagePackException or LuaCallException)
        {
            throw new StateCorruptException(
                $"the value of {key} cannot be read: {exception.Message}",
                "Restore a backup, or save another value in its place",
                exception);
        }
        finally
        {
            host.Buffers.Return(buffer);
        }
    }

    /// <summary>delete(scope, key): nil, then whether it was there.</summary>
    private static int Delete(LuaState state, LuaHost host)
    {
        StateKey key = KeyArguments.Key(state, "delete");
        bool deleted = host.Store.Open().Delete(key);
        state.PushNil();
        state.Push(deleted);
        return 2;
    }

    private static int Exists(LuaState state, LuaHost host)
    {
        StateKey key = KeyArguments.Key(state, "exists");
        bool exists = host.Store.Open().Contains(key);
        state.PushNil();
        state.Push(exists);
        return 2;
    }

    /// <summary>clear(scope): nil, then how many keys there were.</summary>
    private static int Clear(LuaState state, LuaHost host)
    {
        string scope = KeyArguments.Scope(state, "clear");
        long cleared = host.Store.Open().Clear(scope);
        state.PushNil();
        state.Push(cleared);
        return 2;
    }

    private static int ListKeys(LuaState state, LuaHost host)
    {
        string scope = KeyArguments.Scope(state, "list_keys");
        string prefix = new LuaArguments(state, "list_keys").OptionalText(2);
        return PushList(state, host.Store.Open().ListKeys(scope, prefix));
    }

    private static int ListScopes(LuaState state, LuaHost host) => PushList(state, host.Store.Open().ListScopes());

    private static int Flush(LuaState state, LuaHost host)
    {
        host.Store.Open().Flush();
        return 0;
    }

    private static int PushList(LuaState state, IReadOnlyList<string> names)
    {
        state.PushNil();
        LuaApi.CreateTable(state, names.Count, 0);
        for (int i = 0; i < names.Count; i++)
        {
            state.Push(names[i]);
            LuaApi.RawSetInteger(state, -2, i + 1);
        }

        return 2;
    }
}
